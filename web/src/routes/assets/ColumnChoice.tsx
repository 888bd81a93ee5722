// Which columns are shown; remembered in this browser.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MultiSelect } from '@/components/MultiSelect';
import { recall, remember } from '@/lib/stored';
import { COLUMNS, USUAL, type ColumnName } from './columns';

const KEPT = 'assets.columns';

export function useColumns() {
  const [visible, setVisible] = useState<readonly ColumnName[]>(() => recall(KEPT, USUAL));
  const choose = (names: readonly string[]) => {
    const next = COLUMNS.filter((name) => name === 'name' || names.includes(name));
    remember(KEPT, next);
    setVisible(next);
  };
  return { visible, choose };
}

interface ColumnChoiceProps {
  readonly visible: readonly ColumnName[];
  readonly onChoose: (names: readonly string[]) => void;
}

export function ColumnChoice({ visible, onChoose }: ColumnChoiceProps) {
  const { t } = useTranslation();
  const choices = COLUMNS.map((name) => ({ value: name, label: t(`assets.columns.${name}`) }));
  return (
    <MultiSelect label={t('assets.columnChoice')} choices={choices} chosen={visible} onChange={onChoose} />
  );
}
