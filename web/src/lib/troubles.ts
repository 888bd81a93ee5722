// What the server says in its own language, English, in the reader's: sentences of which it has only so many.
import i18next from 'i18next';
import { currentLanguage } from '@/i18n';
import type { en } from '@/i18n/en';

type Name = keyof (typeof en)['troubles'];

/** Each sentence with the name of its translation; what varies has the name of its place there. */
const SENTENCES: readonly (readonly [RegExp, Name])[] = [
  [/^a backup is being made or waits already$/, 'backupWaits'],
  [/^no folder for backups is configured/, 'noBackupFolder'],
  [/^line (?<name>.+) follows it:/, 'lineFollows'],
  [/^no address for sensors is set/, 'noSensorAddress'],
  [/^(?<n>\d+) sensors have joined, as many as/, 'sensorsFull'],
  [/^the sensor is shut out already$/, 'sensorOut'],
  [/^the sensor runs on the server's own machine/, 'sensorLocal'],
  [/^the step .+ is signed off already$/, 'stepSigned'],
  [/^you have a view `(?<name>.+)` of .+ already$/, 'viewTaken'],
  [/^you have (?<n>\d+) views already/, 'viewsFull'],
  [/^the view was changed meanwhile/, 'viewChanged'],
  [/^there is a user .+ already$/, 'userTaken'],
  [/^nobody would be left who can let others in/, 'lastAdministrator'],
  [/^(?:a person has|there are) (?<n>\d+) .*(?:at most|already)/, 'tooMany'],
  [/^another asset has equipment number `(?<name>.+)`$/, 'equipmentTaken'],
  [/^asset .+ was changed by somebody else$/, 'assetChanged'],
  [/^asset .+ was merged into .+$/, 'assetMerged'],
  [/^asset .+ has \d+ files already$/, 'filesFull'],
  [/^no (?:app|passkey) was begun with, or too long ago$/, 'beginAgain'],
  [/^this passkey is kept already$/, 'passkeyKept'],
  [/^there is no app yet/, 'noApp'],
  [/^the password was changed meanwhile$|^the user was changed meanwhile$/, 'userChanged'],
  [/^(?:your password and factors are|the system that vouches for the user) kept?/, 'keptElsewhere'],
  [/^the user's roles follow from groups/, 'rolesElsewhere'],
  [/is already in use|already exists|UNIQUE|unique/, 'taken'],
  [/^(?:old|password|code): is not the right one$/, 'notRight'],
  [/^new: cannot be a password|^password: /, 'weakPassword'],
  [/^(?<field>[\w. ]+): is empty$/, 'isEmpty'],
  [/^(?<field>[\w. ]+): has more than (?<n>\d+) characters$/, 'tooLong'],
  [/^(?<field>[\w. ]+): (?:may have|needs 1 to) (?<n>\d+) letters/, 'tooLong'],
  [/^(?<field>[\w. ]+): lies in the past$/, 'inPast'],
  [/^matrix: the cell of likelihood (?<n>\d) and impact (?<name>\d) is lower/, 'notMonotone'],
  [/^weights: `.+` is not between/, 'noWeight'],
  [/^until: must lie ahead/, 'untilAhead'],
  [/^weaknesses: are none that these assets have/, 'noneHave'],
  [/^justification: goes with/, 'justify'],
  [/^(?:assets|weaknesses): needs 1 to (?<n>\d+) of them$/, 'atMost'],
  [/^form: nothing can be said/, 'nothingSaid'],
  [/^(?:line|filter): (?:fits )?more than (?<n>\d+) /, 'tooManyRows'],
  [/^to: (?<name>.+): \w+ does not follow /, 'notNextState'],
  [/^to: (?<name>.+): from \w+ to \w+ needs a reason/, 'needsReason'],
  [/^to: (?<name>.+): from \w+ to \w+ needs an approver/, 'needsApprover'],
  [/^approver: takes the step/, 'ownApproval'],
  [/^version: is no patch that is known for (?<name>.+)$/, 'noPatch'],
  [/^until: (?<name>.+): a deferral runs at most (?<n>\d+) days/, 'deferralLong'],
  [/^until: (?<name>.+): the deferral ends before/, 'deferralEnds'],
  [/^until: (?<name>.+): the patch is settled/, 'patchSettled'],
  [/^mitigations: are more than (?<n>\d+)$/, 'tooManyLines'],
  [/^prefixes: `(?<name>.+)` is none/, 'noPrefix'],
  [/^vlans: are numbers from/, 'noVlan'],
  [/^host: is neither a host name nor an address/, 'noHost'],
  [/^host: say under which address/, 'sayHost'],
  [/^kinds: (?<name>\S+) is none of/, 'noKind'],
  [/^url: /, 'noUrl'],
  [/^time_zone: /, 'noZone'],
  [/^stops\.when/, 'noStop'],
  [/^calendar: /, 'badCalendar'],
  [/^file(?:_name)?: |cannot be read as (?:CSV|XLSX|an? )/, 'badFile'],
  [/^decisions: .+ is due later than /, 'badDates'],
  [/^decisions: .+ days are 1 to/, 'badDays'],
  [/no key is trusted here/, 'noTrust'],
  [/this file is no bundle|header is damaged/, 'noBundle'],
  [/signed by (?<name>\S+), which is not trusted/, 'bundleStranger'],
  [/(?:changed or damaged after|behind its last part)/, 'bundleChanged'],
  [/bundle \(serial (?<n>\d+)\) is already here/, 'bundleHere'],
  [/bundle is older \(serial (?<n>\d+)\)|was made .+, before what is here/, 'bundleOlder'],
  [/holds changes only/, 'bundleParts'],
  [/bundle has format \d+/, 'bundleNewer'],
  [/^the bundle: /, 'bundleSwap'],
  [/^keys: /, 'noKey'],
  [/^the sensor process ended/, 'sensorEnded'],
  [/^its disk had no room: (?<n>\d+) batches/, 'spoolFull'],
  [/^(?<n>\d+) of its batches or records could not be used$/, 'batchesBad'],
  [/^evidence packets are not kept/, 'noEvidence'],
  [/^no frame since /, 'noFrame'],
  [/^the disk is nearly full: .* (?<n>\d+) files of the oldest/, 'diskFull'],
];

/**
 * A sentence of the server for people. In English it stays as it came; in Japanese one that is not known is said to be
 * in the server's log rather than shown in a language that the floor does not read.
 */
export function trouble(text: string): string {
  if (currentLanguage() === 'en') return text;
  for (const [fits, name] of SENTENCES) {
    const found = fits.exec(text);
    if (!found) continue;
    const { field = '', ...others } = found.groups ?? {};
    return i18next.t(`troubles.${name}` as 'troubles.tooLong', {
      name: '',
      n: '',
      ...others,
      field: fieldName(field),
    });
  }
  return i18next.t('troubles.other');
}

/** A field of the interface as forms call it. */
function fieldName(field: string): string {
  const texts: unknown = i18next.getResource(i18next.language, 'translation', 'fields');
  const last = field.split('.').at(-1) ?? '';
  return (texts as Partial<Record<string, string>> | undefined)?.[last] ?? i18next.t('troubles.aValue');
}
