// Risk on Today: the five tiles, where the devices stand, and what to do first.
import { Card, CardBody, CardTitle, Grid, GridItem } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Hidden } from '@/components/Hidden';
import { States } from '@/components/states';
import { useRisk, useRiskActions } from '@/lib/risk';
import { Actions } from '@/routes/risk/Actions';
import { Matrix } from '@/routes/risk/Matrix';
import { Tiles } from '@/routes/risk/Tiles';
import { PatchGoals } from '@/routes/vulnerabilities/patches/Goals';

/** So many actions fit beside the small matrix. */
const ACTIONS = 3;
const WHOLE = {};
const NO_CHOICE = new URLSearchParams();

export function RiskToday() {
  const { t } = useTranslation();
  const risk = useRisk(WHOLE);
  const actions = useRiskActions();
  return (
    <States of={risk}>
      {(known) =>
        known.time === null ? (
          <p>{t('risk.notYet')}</p>
        ) : (
          <section aria-label={t('common.nav.risk')} className="risk">
            <div className="today-tiles">
              <Tiles risk={known} params={NO_CHOICE} />
              <PatchGoals />
            </div>
            <Hidden count={known.hidden} />
            <Grid hasGutter>
              <GridItem lg={7} xl2={6}>
                <Card isFullHeight isCompact>
                  <CardTitle component="h2">
                    <Link to="/risk">{t('risk.matrix.title')}</Link>
                  </CardTitle>
                  <CardBody className="risk-small">
                    <Matrix
                      risk={known}
                      cell={({ likelihood, impact, count }, inside) =>
                        count > 0 ? (
                          <Link to={`/risk?likelihood=${likelihood}&impact=${impact}`}>{inside}</Link>
                        ) : (
                          <span>{inside}</span>
                        )
                      }
                    />
                  </CardBody>
                </Card>
              </GridItem>
              <GridItem lg={5} xl2={6}>
                <Card isFullHeight isCompact>
                  <CardTitle component="h2">
                    <Link to="/risk">{t('risk.actions.title')}</Link>
                  </CardTitle>
                  <CardBody>
                    <States of={actions}>{(tried) => <Actions actions={tried} limit={ACTIONS} />}</States>
                  </CardBody>
                </Card>
              </GridItem>
            </Grid>
          </section>
        )
      }
    </States>
  );
}
