// The likelihood as it is made: each factor with its product, its share and its evidence, and the sum added up again.
import { Content, Label } from '@patternfly/react-core';
import { CheckCircleIcon, ExclamationTriangleIcon } from '@patternfly/react-icons';
import { ExpandableRowContent, Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ExpandCell } from '@/components/ExpandCell';
import { Time } from '@/components/Time';
import { factor, percent, score, value } from '@/lib/weakness';
import { addedUp, factorText, isSum, type Term } from './factor';
import { Part } from './Part';
import type { AssetRisk } from './RiskTab';
import { Way } from './Way';

const SPAN = 6;
/** What the sum may differ by: rounding of what is sent. */
const EQUAL = 0.00005;

/** The evidence of a factor: its own, else that of the newest thing on its way. */
function seenOf(term: Term): string | null {
  const found = [
    term.seen,
    term.crossing?.evidence,
    ...(term.reach?.path.map((crossing) => crossing.evidence) ?? []),
    ...term.controls.map((control) => control.evidence),
  ].filter((time) => typeof time === 'string');
  return found.sort().at(-1) ?? null;
}

function TermRows({ term }: { readonly term: Term }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const text = factorText(term);
  const product = [term.threat, term.confidence, term.way, term.factor].map(factor).join(' × ');
  return (
    <Tbody isExpanded={isOpen}>
      <Tr>
        {isSum(term) ? <Td /> : <ExpandCell of={text} isOpen={isOpen} onToggle={() => setOpen(!isOpen)} />}
        <Td dataLabel={t('arithmetic.factor')} className="wide-text">
          {term.neighbour ? <Link to={`/assets/${term.neighbour}?tab=risk`}>{text}</Link> : text}
          {term.accepted && (
            <Label variant="outline" className="beside">
              {t('arithmetic.accepted')}
            </Label>
          )}
        </Td>
        <Td dataLabel={t('arithmetic.product')}>{isSum(term) ? '—' : product}</Td>
        <Td dataLabel={t('arithmetic.value')} className="nowrap">
          = {value(term.value.value)}
        </Td>
        <Td dataLabel={t('arithmetic.share')}>{percent(term.share)}</Td>
        <Td dataLabel={t('arithmetic.seen')}>
          <Time at={seenOf(term)} short />
        </Td>
      </Tr>
      <Tr isExpanded={isOpen}>
        <Td colSpan={SPAN}>
          <ExpandableRowContent>{isOpen && <Way term={term} />}</ExpandableRowContent>
        </Td>
      </Tr>
    </Tbody>
  );
}

function Sum({ risk }: { readonly risk: AssetRisk }) {
  const { t } = useTranslation();
  const sum = addedUp(risk.terms);
  const isEqual = Math.abs(sum - risk.likelihood.value) < EQUAL;
  return (
    <>
      <Content component="p">
        {t('arithmetic.sum')} <strong>{value(sum)}</strong>{' '}
        <Label
          status={isEqual ? 'success' : 'danger'}
          icon={isEqual ? <CheckCircleIcon /> : <ExclamationTriangleIcon />}
        >
          {t(isEqual ? 'arithmetic.sumEqual' : 'arithmetic.sumDiffers', {
            value: value(risk.likelihood.value),
          })}
        </Label>
      </Content>
      <Content component="p">
        {t('arithmetic.ownPart', { value: value(risk.own.value) })}{' '}
        {t('arithmetic.scoreIs', {
          l: value(risk.likelihood.value),
          i: factor(risk.impact.value),
          score: score(risk.asset.score.value),
        })}
      </Content>
    </>
  );
}

export function Factors({ risk }: { readonly risk: AssetRisk }) {
  const { t } = useTranslation();
  return (
    <Part title={t('arithmetic.factors')}>
      {risk.terms.length === 0 ? (
        <p>{t('arithmetic.noFactors')}</p>
      ) : (
        <Table variant="compact" aria-label={t('arithmetic.factors')}>
          <Thead>
            <Tr>
              <Th screenReaderText={t('vulnerabilities.details')} />
              <Th width={40}>{t('arithmetic.factor')}</Th>
              <Th width={25}>{t('arithmetic.product')}</Th>
              <Th>{t('arithmetic.value')}</Th>
              <Th>{t('arithmetic.share')}</Th>
              <Th>{t('arithmetic.seen')}</Th>
            </Tr>
          </Thead>
          {risk.terms.map((term, index) => (
            <TermRows key={`${term.kind} ${term.basis} ${term.reference} ${index}`} term={term} />
          ))}
        </Table>
      )}
      {risk.left_out > 0 && (
        <Content component="small">{t('arithmetic.leftOut', { count: risk.left_out })}</Content>
      )}
      <Sum risk={risk} />
    </Part>
  );
}
