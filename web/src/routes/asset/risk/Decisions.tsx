// What people decided about the weaknesses of an asset, with its standing; what counts can be withdrawn.
import { Button, Label } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Notice } from '@/components/Notice';
import { RowTable } from '@/components/RowTable';
import { Time } from '@/components/Time';
import { Told } from '@/components/Told';
import { moment } from '@/lib/time';
import { said } from '@/lib/weakness';
import { State } from '@/routes/vulnerabilities/marks';
import { useWithdraw } from '@/routes/vulnerabilities/useWeaknesses';
import { useSession } from '@/session/session';
import { Part } from './Part';

type Row = Schemas['DecisionRow'];

function What({ row }: { readonly row: Row }) {
  const { t } = useTranslation();
  const { zone } = useSession();
  return (
    <>
      <State state={row.state} />
      {row.justification !== '' && <small className="line">{said('justification', row.justification)}</small>}
      {row.until && (
        <small className="line">
          {t('vulnerabilities.col.until')} {moment(row.until, zone)}
        </small>
      )}
      <small className="line">
        {t('vulnerabilities.decisions.ofFirmware', { version: row.firmware || t('weakness.notYet') })}
      </small>
    </>
  );
}

export function Decisions({ rows }: { readonly rows: readonly Row[] }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const withdraw = useWithdraw();
  const action = (row: Row) =>
    row.standing !== 'withdrawn' && (
      <Button
        variant="link"
        size="sm"
        isAriaDisabled={withdraw.isPending}
        aria-label={`${t('vulnerabilities.decisions.withdraw')}: ${row.weakness}`}
        onClick={() => withdraw.mutate(row.id)}
      >
        {t('vulnerabilities.decisions.withdraw')}
      </Button>
    );
  return (
    <Part title={t('vulnerabilities.decisions.title')}>
      <Told error={withdraw.error} />
      {withdraw.isSuccess && (
        <Notice variant="success" isLiveRegion title={t('vulnerabilities.decisions.withdrawn')}>
          {t('vulnerabilities.decide.again')}
        </Notice>
      )}
      {rows.length === 0 ? (
        <p>{t('vulnerabilities.decisions.none')}</p>
      ) : (
        <RowTable
          label={t('vulnerabilities.decisions.title')}
          rows={rows}
          keyOf={(row) => row.id}
          columns={[
            { title: t('vulnerabilities.col.weakness'), isWide: true, show: (row) => row.weakness },
            { title: t('vulnerabilities.decisions.decided'), width: 25, show: (row) => <What row={row} /> },
            { title: t('common.reason'), width: 25, isWide: true, show: (row) => row.reason },
            {
              title: t('vulnerabilities.decisions.by'),
              show: (row) => (
                <>
                  {row.decided_by}
                  <small className="line">
                    <Time at={row.decided_at} />
                  </small>
                </>
              ),
            },
            {
              title: t('vulnerabilities.decisions.standing'),
              show: (row) => (
                <Label variant="outline" color={row.standing === 'counts' ? 'green' : 'grey'}>
                  {said('standing', row.standing)}
                </Label>
              ),
            },
          ]}
          actions={may('decide-risk') ? action : undefined}
        />
      )}
    </Part>
  );
}
