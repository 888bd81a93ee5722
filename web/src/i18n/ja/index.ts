import account from './account.json';
import assets from './assets.json';
import asset from './asset.json';
import common from './common.json';
import drawing from './drawing.json';
import exports from './exports.json';
import fields from './fields.json';
import login from './login.json';
import map from './map.json';
import patches from './patches.json';
import problems from './problems.json';
import risk from './risk.json';
import sensors from './sensors.json';
import settings from './settings.json';
import start from './start.json';
import story from './story.json';
import today from './today.json';
import traffic from './traffic.json';
import troubles from './troubles.json';
import words from './words.json';
import actions from './actions.json';
import arithmetic from './arithmetic.json';
import vulnerabilities from './vulnerabilities.json';
import weakness from './weakness.json';

export const ja = {
  account,
  asset,
  assets,
  common,
  drawing,
  exports,
  fields,
  login,
  map,
  patches,
  problems,
  risk,
  sensors,
  settings,
  start,
  story,
  today,
  traffic,
  troubles,
  words,
  actions,
  arithmetic,
  vulnerabilities,
  weakness,
};
