// The risk of an asset: one sentence, its place in the matrix, everything the number comes from, what would lower it, and the
// weaknesses behind it with what was decided.
import { Flex, FlexItem } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { ExportMenu } from '@/components/ExportMenu';
import { KnowledgeAge } from '@/components/KnowledgeAge';
import { States } from '@/components/states';
import { useAssetRisk, useAssetWeaknesses } from '@/routes/vulnerabilities/useWeaknesses';
import { Decisions } from './Decisions';
import { Factors } from './Factors';
import { History } from './History';
import { ImpactPart } from './ImpactPart';
import { Lowers } from './Lowers';
import { Part } from './Part';
import { Patches } from './Patches';
import { Paths } from './Paths';
import { Standing } from './Standing';
import { Unknowns } from './Unknowns';
import { useTrial } from './useTrial';
import { Weaknesses } from './Weaknesses';

export type AssetRisk = Schemas['AssetRisk'];

function Number({ risk }: { readonly risk: AssetRisk }) {
  const { t } = useTranslation();
  const trial = useTrial(risk);
  return (
    <>
      <Standing risk={risk} trial={trial} />
      <Lowers rows={risk.lowers} hidden={risk.lowers_hidden} trial={trial} />
      <Factors risk={risk} />
      <ImpactPart impact={risk.impact} />
      <Part title={t('arithmetic.unknowns')}>
        <Unknowns risk={risk} />
      </Part>
      <Paths rows={risk.paths} />
      <History risk={risk} />
    </>
  );
}

interface RiskTabProps {
  readonly id: string;
  /** How the asset is called. */
  readonly name: string;
}

export function RiskTab({ id, name }: RiskTabProps) {
  const risk = useAssetRisk(id);
  const weaknesses = useAssetWeaknesses(id);
  return (
    <>
      <Flex alignItems={{ default: 'alignItemsFlexStart' }}>
        <FlexItem flex={{ default: 'flex_1' }}>
          <KnowledgeAge />
        </FlexItem>
        <FlexItem>
          <ExportMenu documents={{ asset: id }} />
        </FlexItem>
      </Flex>
      <States of={risk}>{(known) => <Number risk={known} />}</States>
      <Patches id={id} name={name} />
      <States of={weaknesses}>
        {(known) => (
          <>
            <Weaknesses id={id} name={name} known={known} />
            <Decisions rows={known.decisions} />
          </>
        )}
      </States>
    </>
  );
}
