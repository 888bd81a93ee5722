// One line of the map: who, verb, whom, how often, first and last; then the decoded messages.
import {
  Button,
  Content,
  DrawerActions,
  DrawerCloseButton,
  DrawerHead,
  DrawerPanelBody,
  Label,
  Title,
} from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client } from '@/api/client';
import { CommandTable, VerbLabel } from '@/components/CommandTable';
import { Ends } from '@/components/Ends';
import { RowTable } from '@/components/RowTable';
import { States } from '@/components/states';
import { Time } from '@/components/Time';
import { count } from '@/lib/time';
import { level, protocolName } from '@/lib/words';
import { useSession } from '@/session/session';
import { nameOfEdge, pairOf, type Box, type Edge, type LinkEnd, type LinkRow } from './model';

interface EdgePanelProps {
  readonly edge: Edge;
  readonly boxes: readonly Box[];
  readonly onClose: () => void;
}

interface Pair {
  readonly id: string;
  readonly client: LinkEnd;
  readonly server: LinkEnd;
  readonly links: readonly LinkRow[];
}

function pairsOf(links: readonly LinkRow[]): Pair[] {
  const found = new Map<string, { client: LinkEnd; server: LinkEnd; links: LinkRow[] }>();
  for (const link of links) {
    const id = pairOf(link.client.asset, link.server.asset);
    const pair = found.get(id) ?? { client: link.client, server: link.server, links: [] };
    pair.links.push(link);
    found.set(id, pair);
  }
  return [...found].map(([id, pair]) => ({ id, ...pair }));
}

const LIMIT = 500;

function Verbs({ pair }: { readonly pair: Pair }) {
  const { t } = useTranslation();
  const asset = pair.client.asset ?? '';
  const commands = useQuery({
    queryKey: ['commands', asset],
    queryFn: () => ask(client.GET('/api/v1/commands', { params: { query: { asset, limit: LIMIT } } })),
    select: ({ items }) => items.filter((row) => pairOf(row.client.asset, row.server.asset) === pair.id),
  });
  return (
    <States of={commands}>
      {(rows) =>
        rows.length === 0 ? (
          <p>{t('map.noVerbs')}</p>
        ) : (
          <RowTable
            label={t('map.verbs')}
            gridBreakPoint=""
            rows={rows}
            keyOf={(row) => `${row.protocol} ${row.group} ${row.code} ${row.verb} ${row.part}`}
            columns={[
              { title: t('traffic.verb'), show: (row) => <VerbLabel verb={row.verb} /> },
              {
                title: t('traffic.what'),
                show: (row) => `${protocolName(row.protocol)} ${row.name}`,
                isWide: true,
              },
              { title: t('traffic.times'), show: (row) => count(row.requests + row.unsolicited) },
              { title: t('traffic.first'), show: (row) => <Time at={row.first_seen} short /> },
              { title: t('traffic.last'), show: (row) => <Time at={row.last_seen} short /> },
            ]}
          />
        )
      }
    </States>
  );
}

function PairDetail({ pair }: { readonly pair: Pair }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const [isOpen, setOpen] = useState(false);
  const messages = pair.links.reduce((sum, link) => sum + link.messages, 0);
  const first = pair.links.map((link) => link.first_seen).sort()[0];
  const last = pair.links
    .map((link) => link.last_seen)
    .sort()
    .at(-1);
  const crossing = pair.links.find((link) => link.crosses_levels);
  return (
    <section className="part">
      <Title headingLevel="h3" size="md">
        <Ends client={pair.client} server={pair.server} />
      </Title>
      {crossing && (
        <Label color="orange" isCompact>
          {level(crossing.client.level)} → {level(crossing.server.level)}
        </Label>
      )}
      <Content component="p">
        {t('map.heard', {
          protocols: [...new Set(pair.links.map((link) => protocolName(link.protocol)))].join(', '),
          messages: count(messages),
        })}{' '}
        {t('traffic.first')} <Time at={first} />, {t('traffic.last')} <Time at={last} short />
      </Content>
      <Verbs pair={pair} />
      {may('view-history') && (
        <Button variant="link" isInline onClick={() => setOpen(!isOpen)} aria-expanded={isOpen}>
          {t(isOpen ? 'map.hideMessages' : 'map.showMessages')}
        </Button>
      )}
      {isOpen && pair.client.asset && pair.server.asset && (
        <CommandTable query={{ asset: pair.client.asset, peer: pair.server.asset, from: first }} />
      )}
    </section>
  );
}

export function EdgePanel({ edge, boxes, onClose }: EdgePanelProps) {
  const { t } = useTranslation();
  const pairs = pairsOf(edge.links);
  const head = useRef<HTMLHeadingElement>(null);
  // It takes the place of the list: who came from there goes on here.
  useEffect(() => head.current?.focus(), [edge.id]);
  return (
    <>
      <DrawerHead>
        <Title headingLevel="h2" size="lg" ref={head} tabIndex={-1}>
          {nameOfEdge(edge, boxes, level)}
        </Title>
        <DrawerActions>
          <DrawerCloseButton onClick={onClose} aria-label={t('common.close')} />
        </DrawerActions>
      </DrawerHead>
      <DrawerPanelBody>
        {pairs.map((pair) => (
          <PairDetail key={pair.id} pair={pair} />
        ))}
      </DrawerPanelBody>
    </>
  );
}
