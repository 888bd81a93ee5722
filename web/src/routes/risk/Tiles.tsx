// The five tiles: each opens the devices that it counts.
import { Card, CardBody } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useComparedFrom, type RiskSummary } from '@/lib/risk';
import { calendarDay, count } from '@/lib/time';
import { chosen, shows, type Choice } from './filter';

interface Tile {
  readonly name: 'devices' | 'high' | 'becameHigh' | 'increased' | 'decreased';
  /** Null where it is not known yet: that is no zero. */
  readonly value: number | null | undefined;
  readonly choice: Choice;
  readonly hint: string;
}

function useTiles(risk: RiskSummary): Tile[] {
  const { t } = useTranslation();
  const from = useComparedFrom(risk);
  const { devices, high, became_high, became_high_new, increased, decreased } = risk.tiles;
  const week = risk.compared_with
    ? t(risk.is_rebaseline ? 'risk.comparedAgain' : 'risk.comparedWith', {
        day: calendarDay(risk.compared_with),
      })
    : t('risk.comparedFrom', { day: from ? calendarDay(from) : '' });
  const isNew = risk.compared_with && became_high_new;
  const hintNew = isNew ? ` ${t('risk.ofThemNew', { n: count(became_high_new) })}` : '';
  return [
    { name: 'devices', value: devices, choice: {}, hint: t('risk.allOfScope') },
    {
      name: 'high',
      value: high,
      choice: { band: 'high,critical' },
      hint: t('risk.ofDevices', { n: count(devices) }),
    },
    { name: 'becameHigh', value: became_high, choice: { change: 'became-high' }, hint: week + hintNew },
    { name: 'increased', value: increased, choice: { change: 'increased' }, hint: week },
    { name: 'decreased', value: decreased, choice: { change: 'decreased' }, hint: week },
  ];
}

interface TilesProps {
  readonly risk: RiskSummary;
  /** The address that is shown; its part of the plant stays. */
  readonly params: URLSearchParams;
  /** Whether the tiles stand on the page that shows their devices. */
  readonly isHere?: boolean;
}

export function Tiles({ risk, params, isHere = false }: TilesProps) {
  const { t } = useTranslation();
  const tiles = useTiles(risk);
  return (
    <nav aria-label={t('risk.tilesLabel')} className="risk-tiles">
      {tiles.map(({ name, value, choice, hint }) => {
        const isShown = isHere && shows(params, choice);
        return (
          <Card key={name} isCompact isFullHeight className={isShown ? 'risk-tile-shown' : undefined}>
            <CardBody>
              <Link
                to={{ pathname: '/risk', search: chosen(params, choice).toString() }}
                replace={isHere}
                preventScrollReset={isHere}
                aria-current={isShown ? 'true' : undefined}
                className="risk-tile"
                data-tile={name}
              >
                <span>{t(`risk.tiles.${name}`)}</span>
                {typeof value === 'number' ? (
                  <strong className="risk-number">{count(value)}</strong>
                ) : (
                  <strong>{t('risk.notKnown')}</strong>
                )}
              </Link>
              <small>{hint}</small>
            </CardBody>
          </Card>
        );
      })}
    </nav>
  );
}
