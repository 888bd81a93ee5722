// What is offered where, and the operation behind it: which permission that needs stands in the interface's description.
import type { Locator, Page } from 'playwright-core';

/** Each page, and an operation that it is for. */
export const PAGES: readonly (readonly [string, string])[] = [
  ['/today', 'GET /api/v1/health'],
  ['/start', 'PUT /api/v1/lines/{id}'],
  ['/assets', 'GET /api/v1/assets'],
  ['/map', 'GET /api/v1/assets'],
  ['/map/drawing', 'GET /api/v1/assets'],
  ['/risk', 'GET /api/v1/risk'],
  ['/vulnerabilities', 'GET /api/v1/vulnerabilities'],
  ['/vulnerabilities?tab=assets', 'GET /api/v1/risk/assets'],
  ['/vulnerabilities?tab=actions', 'GET /api/v1/vulnerabilities/updates'],
  ['/vulnerabilities?tab=patches', 'GET /api/v1/vulnerabilities/patches'],
  ['/traffic', 'GET /api/v1/links'],
  ['/traffic?tab=chart', 'GET /api/v1/history/activity'],
  ['/traffic?tab=flows', 'GET /api/v1/history/flows'],
  ['/traffic?tab=commands', 'GET /api/v1/history/commands'],
  ['/sensors', 'GET /api/v1/mirrors'],
  ['/settings/site', 'GET /api/v1/site'],
  ['/settings/lines', 'GET /api/v1/lines'],
  ['/settings/cells', 'GET /api/v1/cells'],
  ['/settings/zones', 'GET /api/v1/zones'],
  ['/settings/systems', 'GET /api/v1/systems'],
  ['/settings/networks', 'GET /api/v1/networks'],
  ['/settings/calendars', 'GET /api/v1/calendars'],
  ['/settings/register', 'GET /api/v1/register/imports'],
  ['/settings/users', 'GET /api/v1/users'],
  ['/settings/tokens', 'GET /api/v1/tokens'],
  ['/settings/audit', 'GET /api/v1/audit'],
  ['/settings/retention', 'GET /api/v1/settings/retention'],
  ['/settings/backups', 'GET /api/v1/backups'],
  ['/settings/sensors', 'GET /api/v1/sensors'],
  ['/settings/knowledge', 'GET /api/v1/knowledge/keys'],
  ['/settings/certificate', 'GET /api/v1/certificate'],
  ['/settings/webhooks', 'GET /api/v1/webhooks'],
  ['/settings/languages', 'GET /api/v1/account'],
  ['/account', 'GET /api/v1/account'],
];

type Find = (page: Page) => Locator;
const button =
  (name: string | RegExp): Find =>
  (page) =>
    page.getByRole('button', { name, exact: typeof name === 'string' });
const item =
  (name: string | RegExp): Find =>
  (page) =>
    page.getByRole('menuitem', { name, exact: typeof name === 'string' });

/** What is offered where: the page, what must be opened first, the control, and the operation behind it. */
export interface Offer {
  readonly path: string;
  readonly first?: Find;
  readonly control: Find;
  readonly does: string;
}

/** The page of one asset; its address is known when the plant is. */
const ASSET = '/assets/:id';

function entries(list: string, title: string, row: RegExp): Offer[] {
  const [path, at] = [`/settings/${list}`, `/api/v1/${list}`];
  return [
    { path, control: button(title), does: `POST ${at}` },
    { path, first: button(row), control: item('変更'), does: `PUT ${at}/{id}` },
    { path, first: button(row), control: item('削除'), does: `DELETE ${at}/{id}` },
  ];
}

const ACTIONS = button('操作');
export const OFFERS: readonly Offer[] = [
  { path: '/today', control: button('再生'), does: 'POST /api/v1/story' },
  { path: '/today', control: button('ここまで確認した'), does: 'PUT /api/v1/account/read-mark' },
  { path: '/start', control: button('承認する'), does: 'PUT /api/v1/commissioning/{step}' },
  {
    path: '/assets',
    control: (page) => page.getByRole('checkbox', { name: /を選択$/ }),
    does: 'PATCH /api/v1/assets',
  },
  { path: '/assets', control: button('ファイルに出力'), does: 'GET /api/v1/exports/{list}' },
  { path: '/risk', control: button('ファイルに出力'), does: 'GET /api/v1/exports/{list}' },
  { path: '/vulnerabilities', control: button('ファイルに出力'), does: 'GET /api/v1/exports/{list}' },
  {
    path: '/vulnerabilities?tab=assets',
    first: button('ファイルに出力'),
    control: item(/^OpenVEX/),
    does: 'GET /api/v1/vulnerabilities/export',
  },
  {
    path: `${ASSET}?tab=risk`,
    first: button('ファイルに出力'),
    control: item(/^OpenVEX/),
    does: 'GET /api/v1/vulnerabilities/export',
  },
  { path: '/assets', control: button('保存した表示'), does: 'POST /api/v1/saved-views' },
  { path: ASSET, control: button('機器情報を確認済みにする'), does: 'PUT /api/v1/assets/{id}/confirmation' },
  { path: ASSET, control: button('訂正'), does: 'PUT /api/v1/assets/{id}/overrides/{field}' },
  { path: ASSET, first: ACTIONS, control: item('設置場所・呼び名を変更'), does: 'PATCH /api/v1/assets/{id}' },
  {
    path: ASSET,
    first: ACTIONS,
    control: item('同じ機器としてまとめる'),
    does: 'POST /api/v1/assets/{id}/merge',
  },
  {
    path: ASSET,
    first: ACTIONS,
    control: item('別の機器として分ける'),
    does: 'POST /api/v1/assets/{id}/split',
  },
  {
    path: `${ASSET}?tab=notes`,
    control: (page) => page.getByRole('textbox', { name: '新しいメモ' }),
    does: 'POST /api/v1/assets/{id}/notes',
  },
  {
    path: `${ASSET}?tab=notes`,
    control: (page) => page.locator('input[type=file]'),
    does: 'POST /api/v1/assets/{id}/files',
  },
  {
    path: '/risk',
    first: button(/計算方法/),
    control: (page) => page.getByRole('dialog').getByRole('button', { name: '計算方法を変更' }),
    does: 'PUT /api/v1/risk/method',
  },
  {
    path: '/vulnerabilities?tab=patches',
    first: button('対応期限'),
    control: (page) => page.getByRole('dialog').getByRole('button', { name: '保存', exact: true }),
    does: 'PUT /api/v1/vulnerabilities/patches/dates',
  },
  {
    path: '/risk?tab=lines',
    first: button(/ の操作$/),
    control: item('影響度を決める'),
    does: 'PUT /api/v1/risk/consequences/{kind}/{id}',
  },
  {
    path: '/vulnerabilities/:advisory',
    control: button('選んだものを判断する'),
    does: 'POST /api/v1/vulnerabilities/decisions',
  },
  {
    path: '/vulnerabilities?tab=patches',
    control: button('次の状態へ'),
    does: 'POST /api/v1/vulnerabilities/patches/moves',
  },
  {
    path: '/vulnerabilities?tab=patches',
    control: button('延期する'),
    does: 'POST /api/v1/vulnerabilities/patches/deferrals',
  },
  {
    path: '/vulnerabilities?tab=patches',
    control: button('ファイルに出力'),
    does: 'GET /api/v1/exports/{list}',
  },
  { path: '/map', control: button('配置を整え直す'), does: 'PUT /api/v1/map/places' },
  { path: '/settings/site', control: button('保存'), does: 'PUT /api/v1/site' },
  ...entries('lines', '追加', /^ライン1 充填 の操作$/),
  ...entries('zones', '追加', /^オフィス の操作$/),
  ...entries('systems', '追加', /^ビル管理 の操作$/),
  ...entries('networks', '追加', /^工場ネットワーク の操作$/),
  { path: '/settings/cells', control: button('追加'), does: 'POST /api/v1/cells' },
  { path: '/settings/calendars', control: button('カレンダーを追加'), does: 'PUT /api/v1/calendars/{id}' },
  {
    path: '/settings/register',
    control: (page) => page.locator('input[type=file]'),
    does: 'POST /api/v1/register/imports',
  },
  {
    path: '/settings/register',
    first: button('続きを確認'),
    control: button('適用'),
    does: 'POST /api/v1/register/imports/{id}/apply',
  },
  { path: '/settings/users', control: button('利用者を追加'), does: 'POST /api/v1/users' },
  {
    path: '/settings/users',
    first: button('demo の操作'),
    control: item('役割を与える'),
    does: 'POST /api/v1/users/{id}/roles',
  },
  {
    path: '/settings/users',
    first: button('demo の操作'),
    control: item('利用を停止'),
    does: 'PATCH /api/v1/users/{id}',
  },
  { path: '/settings/tokens', control: button('トークンを発行'), does: 'POST /api/v1/tokens' },
  { path: '/settings/audit', control: button('改ざんがないか検証'), does: 'GET /api/v1/audit/verification' },
  {
    path: '/settings/retention',
    control: button('変更'),
    does: 'PUT /api/v1/settings/retention/{kind}',
  },
  { path: '/settings/backups', control: button('今すぐ作成'), does: 'POST /api/v1/backups' },
  { path: '/settings/sensors', control: button('センサーを追加'), does: 'POST /api/v1/sensors/links' },
  {
    path: '/settings/knowledge',
    control: (page) => page.locator('input[type=file]'),
    does: 'PUT /api/v1/knowledge/bundle',
  },
  { path: '/settings/knowledge', control: button('鍵を信頼する'), does: 'PUT /api/v1/knowledge/keys' },
  { path: '/settings/webhooks', control: button('追加'), does: 'POST /api/v1/webhooks' },
];
