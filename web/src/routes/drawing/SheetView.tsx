// One sheet: the drawing, what it is connected with, and the title block.
import { useTranslation } from 'react-i18next';
import { called, type NameOf } from '@/lib/places';
import { day } from '@/lib/time';
import { level, protocolName, word } from '@/lib/words';
import type { Asset } from '@/routes/map/model';
import { useNow } from '@/session/now';
import { useSession } from '@/session/session';
import { COLUMNS, type Row, type Sheet } from './model';

const WIDTH = 1400;
const BOX = { width: 160, height: 92 };
const STEP = WIDTH / COLUMNS;
const ROW = 156;
const INK = '#151515';
/** Connections that are named; the others are counted. */
const CROSSINGS = 8;

/** Lines of a box, and letters of a line in the usual size and in that of places. */
const LINES = 6;
const LETTERS = { usual: 24, place: 28 };

/** A text in as many lines as there is room for; Japanese letters are twice as wide. */
function lines(text: string, most: number, letters: number): string[] {
  const rows: string[] = [];
  let [line, width] = ['', 0];
  for (const letter of text) {
    const wide = letter.charCodeAt(0) > 0xff ? 2 : 1;
    if (width + wide > letters) {
      rows.push(line);
      [line, width] = ['', 0];
    }
    line += letter;
    width += wide;
  }
  rows.push(line);
  return rows.length <= most ? rows : [...rows.slice(0, most - 1), `${rows[most - 1]?.slice(0, -1) ?? ''}…`];
}

function Machine({ asset, x, y }: { readonly asset: Asset; readonly x: number; readonly y: number }) {
  const place = [asset.building, asset.panel].filter(Boolean).join(' ');
  const words = [
    ...lines(called(asset), 2, LETTERS.usual).map((text) => ({ text, weight: 700, size: 12 })),
    { text: word('kind', asset.kind), weight: 400, size: 12 },
    { text: asset.address, weight: 400, size: 12 },
  ].filter(({ text }) => text.trim() !== '');
  // Where it stands takes the lines that are left: that is what people go there with.
  const where = lines(`${level(asset.level)} ${place}`, LINES - words.length, LETTERS.place);
  const texts = [...words, ...where.map((text) => ({ text, weight: 400, size: 11 }))];
  return (
    <g>
      <line
        x1={x + BOX.width / 2}
        y1={y + BOX.height}
        x2={x + BOX.width / 2}
        y2={y + BOX.height + 14}
        stroke={INK}
      />
      <rect x={x} y={y} width={BOX.width} height={BOX.height} fill="#ffffff" stroke={INK} strokeWidth={1.2} />
      {texts.map(({ text, weight, size }, at) => (
        <text
          key={at}
          x={x + BOX.width / 2}
          y={y + 15 + at * 14}
          textAnchor="middle"
          fontSize={size}
          fontWeight={weight}
          fill={INK}
        >
          {text}
        </text>
      ))}
    </g>
  );
}

function Bus({ row, y, nameOf }: { readonly row: Row; readonly y: number; readonly nameOf: NameOf }) {
  const { t } = useTranslation();
  const line = y + BOX.height + 14;
  const isIp = row.segments.length > 0;
  const words = [
    nameOf(row.network),
    ...row.segments,
    t(isIp ? 'drawing.ethernetIp' : 'drawing.ethernet'),
    row.protocols.map(protocolName).join(', '),
  ];
  return (
    <g>
      {row.machines.map((asset, at) => (
        <Machine key={asset.id} asset={asset} x={at * STEP + (STEP - BOX.width) / 2} y={y} />
      ))}
      <line x1={8} y1={line} x2={WIDTH - 8} y2={line} stroke={INK} strokeWidth={4} />
      <text x={12} y={line + 18} fontSize={13} fontWeight={700} fill={INK}>
        {words.filter(Boolean).join(' ・ ')}
      </text>
    </g>
  );
}

interface SheetProps {
  readonly sheet: Sheet;
  readonly paper: 'a4' | 'a3';
  readonly nameOf: NameOf;
  /** Who approved the map, and when; empty while nobody did. */
  readonly approver: string;
}

export function SheetView({ sheet, paper, nameOf, approver }: SheetProps) {
  const { t } = useTranslation();
  const { plant, zone, who } = useSession();
  const now = useNow();
  const { system, rows, crossings } = sheet;
  const name = system?.name ?? t('drawing.noSystem');
  const machines = rows.flatMap((row) => row.machines);
  const places = [...new Set(machines.map(({ building }) => building).filter(Boolean))];
  const block = [
    [t('drawing.plant'), plant],
    [t('drawing.system'), name],
    [t('drawing.purpose'), system?.purpose ?? ''],
    [t('drawing.location'), places.join(t('common.and')) || t('drawing.noLocation')],
    [t('drawing.date'), day(now, zone)],
    [t('drawing.author'), who.display_name || who.name],
    [t('drawing.approver'), approver || t('start.notSigned')],
    [t('drawing.sheet'), `${sheet.number} / ${sheet.of} (${paper.toUpperCase()})`],
  ] as const;
  const height = rows.length * ROW;
  return (
    <section className={`sheet sheet-${paper}`} aria-label={`${name} ${sheet.number} / ${sheet.of}`}>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} className="sheet-drawing" role="img" aria-label={name}>
        {rows.map((row, at) => (
          <Bus key={at} row={row} y={at * ROW + 6} nameOf={nameOf} />
        ))}
      </svg>
      <div className="sheet-foot">
        <div>
          {crossings.length > 0 && <strong>{t('drawing.crossings')}</strong>}
          <ul>
            {crossings.slice(0, CROSSINGS).map(({ from, to, protocols }) => (
              <li key={`${from} ${to}`}>
                {from} → {to} ({protocols.map(protocolName).join(', ')})
              </li>
            ))}
          </ul>
          {crossings.length > CROSSINGS && t('drawing.more', { n: crossings.length - CROSSINGS })}
        </div>
        <dl className="title-block">
          {block.map(([term, text]) => (
            <div key={term}>
              <dt>{term}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </div>
    </section>
  );
}
