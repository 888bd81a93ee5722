// The same as the drawing, as a list: for the keyboard, for screen readers, and for many lines at one place.
import {
  Button,
  Content,
  DrawerHead,
  DrawerPanelBody,
  Label,
  Tab,
  Tabs,
  TabTitleText,
  Title,
} from '@patternfly/react-core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Hidden } from '@/components/Hidden';
import { Empty } from '@/components/states';
import { called } from '@/lib/places';
import { level, protocolName } from '@/lib/words';
import { isBlind, nameOfEdge, type Box, type Edge } from './model';

interface ListPanelProps {
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
  readonly open: ReadonlySet<string>;
  readonly hidden: number;
  /** The line whose details were open before: its reader goes on there. */
  readonly from: string | null;
  readonly onBox: (id: string) => void;
  readonly onEdge: (id: string) => void;
}

/** Protocols by which machines only find each other. */
const FINDING = new Set(['arp', 'lldp', 'mdns', 'nbns', 'llmnr', 'ssdp']);

/** What crosses levels first, then what carries more than the finding of addresses, then what is heard most. */
function inOrder(edges: readonly Edge[]): Edge[] {
  const weight = (edge: Edge) => edge.links.reduce((sum, link) => sum + link.messages, 0);
  const says = (edge: Edge) => edge.links.some(({ protocol }) => !FINDING.has(protocol));
  return [...edges].sort(
    (one, other) =>
      Number(other.crosses) - Number(one.crosses) ||
      Number(says(other)) - Number(says(one)) ||
      weight(other) - weight(one),
  );
}

function Edges({ boxes, edges, from, onEdge }: ListPanelProps) {
  const { t } = useTranslation();
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => back.current?.focus(), []);
  if (edges.length === 0) return <Empty title={t('map.noEdges')}>{t('map.noEdgesBody')}</Empty>;
  return (
    <ul className="map-list">
      {inOrder(edges).map((edge) => (
        <li key={edge.id}>
          <Button
            ref={edge.id === from ? back : undefined}
            variant="link"
            isInline
            onClick={() => onEdge(edge.id)}
          >
            {nameOfEdge(edge, boxes, level)}
          </Button>{' '}
          {edge.crosses && (
            <Label color="orange" isCompact>
              {t('map.crosses')}
            </Label>
          )}{' '}
          <small>{[...new Set(edge.links.map((link) => protocolName(link.protocol)))].join(', ')}</small>
        </li>
      ))}
    </ul>
  );
}

function Boxes({ boxes, open, onBox }: ListPanelProps) {
  const { t } = useTranslation();
  return (
    <ul className="map-list">
      {boxes.map((box) => (
        <li key={box.id}>
          <Button variant="link" isInline aria-expanded={open.has(box.id)} onClick={() => onBox(box.id)}>
            {open.has(box.id) ? '▼' : '▶'} {t(`map.lanes.${box.lane}`)} {box.name}
          </Button>{' '}
          <small>{t('assets.count', { count: box.assets.length, n: box.assets.length })}</small>
          {open.has(box.id) && (
            <ul className="map-inner">
              {box.assets.map((asset) => (
                <li key={asset.id}>
                  <Link to={`/assets/${asset.id}`}>{called(asset)}</Link> <small>{asset.address}</small>{' '}
                  {isBlind(asset) && (
                    <Label variant="outline" isCompact>
                      {t('map.blind')}
                    </Label>
                  )}
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}

export function ListPanel(props: ListPanelProps) {
  const { t } = useTranslation();
  const [tab, setTab] = useState('edges');
  const crossing = props.edges.filter((edge) => edge.crosses).length;
  return (
    <>
      <DrawerHead>
        <Title headingLevel="h2" size="lg">
          {t('map.list')}
        </Title>
        <Content component="small">{t('map.summary', { edges: props.edges.length, crossing })}</Content>
      </DrawerHead>
      <DrawerPanelBody hasNoPadding>
        <Tabs activeKey={tab} onSelect={(_, key) => setTab(String(key))} aria-label={t('map.list')} isFilled>
          <Tab eventKey="edges" title={<TabTitleText>{t('map.edges')}</TabTitleText>}>
            <Edges {...props} />
          </Tab>
          <Tab eventKey="boxes" title={<TabTitleText>{t('map.boxes')}</TabTitleText>}>
            <Boxes {...props} />
          </Tab>
        </Tabs>
        <Legend />
        <Hidden count={props.hidden} />
      </DrawerPanelBody>
    </>
  );
}

function Legend() {
  const { t } = useTranslation();
  return (
    <Content component="small" className="map-legend">
      {t('map.legend')}
    </Content>
  );
}
