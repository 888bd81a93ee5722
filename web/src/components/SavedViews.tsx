// Views of the table that people keep: filter, order and columns under a name, opened with one click.
import {
  Button,
  Divider,
  Dropdown,
  DropdownGroup,
  DropdownItem,
  DropdownList,
  Label,
  MenuToggle,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
} from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { Dialog } from '@/components/Dialog';
import { TextField } from '@/components/fields';
import { RowActions } from '@/components/RowActions';
import { RowTable } from '@/components/RowTable';
import { Told } from '@/components/Told';
import { useSession } from '@/session/session';

type View = Schemas['SavedViewRow'];

/** What is shown now, or what a view keeps. */
export interface Shown {
  readonly filter: NonNullable<View['filter']>;
  readonly sort: string | null;
  readonly descending: boolean;
  readonly columns: readonly string[];
}

function shownOf({ filter = {}, sort = null, descending = false, columns = [] }: View): Shown {
  return { filter, sort, descending, columns };
}

function useViews(noun: string) {
  return useQuery({
    queryKey: ['saved-views'],
    queryFn: () => ask(client.GET('/api/v1/saved-views', { params: { query: { limit: 500 } } })),
    select: ({ items }) => items.filter((view) => view.noun === noun),
  });
}

interface SavedViewsProps {
  /** The list, as its path in the interface. */
  readonly noun: string;
  readonly shown: () => Shown;
  readonly onOpen: (shown: Shown) => void;
}

function useDeed() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['saved-views'] }),
  });
}

const at = (id: string) => ({ params: { path: { id } } });

interface KeepProps {
  /** The view whose name is changed; none for a new one. */
  readonly view: View | null;
  readonly noun: string;
  readonly shown: () => Shown;
  readonly onClose: () => void;
}

function Keep({ view, noun, shown, onClose }: KeepProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(view?.name ?? '');
  const deed = useDeed();
  const save = async () => {
    if (view) {
      const { columns, ...rest } = shownOf(view);
      const body = { name, noun, ...rest, columns: [...columns], revision: view.revision };
      await ask(client.PUT('/api/v1/saved-views/{id}', { ...at(view.id), body }));
    } else {
      const { columns, ...now } = shown();
      await ask(client.POST('/api/v1/saved-views', { body: { name, noun, ...now, columns: [...columns] } }));
    }
  };
  return (
    <Dialog
      title={t(view ? 'assets.views.rename' : 'assets.views.keep')}
      description={view ? undefined : t('assets.views.keepLead')}
      action={t('common.save')}
      isReady={name.trim() !== ''}
      isBusy={deed.isPending}
      error={deed.error}
      onSubmit={() => deed.mutate(save, { onSuccess: onClose })}
      onClose={onClose}
    >
      <TextField label={t('common.name')} value={name} onChange={setName} isRequired maxLength={200} />
    </Dialog>
  );
}

interface ManageProps {
  readonly views: readonly View[];
  readonly onRename: (view: View) => void;
  readonly onClose: () => void;
}

function Manage({ views, onRename, onClose }: ManageProps) {
  const { t } = useTranslation();
  const { may } = useSession();
  const deed = useDeed();
  const actions = (view: View) => [
    ...(view.own ? [{ title: t('assets.views.rename'), onClick: () => onRename(view) }] : []),
    ...(may('share-views') && (view.own || view.shared)
      ? [
          {
            title: t(view.shared ? 'assets.views.unshare' : 'assets.views.share'),
            onClick: () =>
              deed.mutate(() =>
                view.shared
                  ? ask(client.DELETE('/api/v1/saved-views/{id}/share', at(view.id)))
                  : ask(client.POST('/api/v1/saved-views/{id}/share', at(view.id))),
              ),
          },
        ]
      : []),
    ...(view.own
      ? [
          {
            title: t('common.remove'),
            onClick: () => deed.mutate(() => ask(client.DELETE('/api/v1/saved-views/{id}', at(view.id)))),
          },
        ]
      : []),
  ];
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby="views-title">
      <ModalHeader title={t('assets.views.manage')} labelId="views-title" />
      <ModalBody>
        <Told error={deed.error} />
        {views.length === 0 ? (
          <p>{t('assets.views.none')}</p>
        ) : (
          <RowTable
            label={t('assets.views.manage')}
            rows={views}
            keyOf={({ id }) => id}
            columns={[
              { title: t('common.name'), show: ({ name }) => name, isWide: true },
              {
                title: t('assets.views.whose'),
                show: ({ own, shared }) => (
                  <>
                    {t(own ? 'assets.views.own' : 'assets.views.others')}{' '}
                    {shared && <Label color="blue">{t('assets.views.shared')}</Label>}
                  </>
                ),
              },
            ]}
            actions={(view) => <RowActions items={actions(view)} of={view.name} />}
          />
        )}
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" onClick={onClose}>
          {t('common.close')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

export function SavedViews({ noun, shown, onOpen }: SavedViewsProps) {
  const { t } = useTranslation();
  const views = useViews(noun).data ?? [];
  const [isOpen, setOpen] = useState(false);
  const [isManaging, setManaging] = useState(false);
  const [kept, setKept] = useState<View | null | undefined>(undefined);
  const groups = [
    { name: 'own', views: views.filter(({ own }) => own) },
    { name: 'others', views: views.filter(({ own }) => !own) },
  ] as const;
  return (
    <>
      <Dropdown
        shouldFocusToggleOnSelect
        isOpen={isOpen}
        onOpenChange={setOpen}
        onSelect={() => setOpen(false)}
        popperProps={{ position: 'right' }}
        toggle={(ref) => (
          <MenuToggle ref={ref} isExpanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {t('assets.views.label')}
          </MenuToggle>
        )}
      >
        {groups
          .filter((group) => group.views.length > 0)
          .map((group) => (
            <DropdownGroup key={group.name} label={t(`assets.views.${group.name}`)} labelHeadingLevel="h2">
              <DropdownList>
                {group.views.map((view) => (
                  <DropdownItem key={view.id} onClick={() => onOpen(shownOf(view))}>
                    {view.name}
                  </DropdownItem>
                ))}
              </DropdownList>
            </DropdownGroup>
          ))}
        {views.length > 0 && <Divider component="li" />}
        <DropdownList>
          <DropdownItem onClick={() => setKept(null)}>{t('assets.views.keep')}</DropdownItem>
          <DropdownItem isDisabled={views.length === 0} onClick={() => setManaging(true)}>
            {t('assets.views.manage')}
          </DropdownItem>
        </DropdownList>
      </Dropdown>
      {isManaging && (
        <Manage
          views={views}
          onRename={(view) => {
            setManaging(false);
            setKept(view);
          }}
          onClose={() => setManaging(false)}
        />
      )}
      {kept !== undefined && (
        <Keep view={kept} noun={noun} shown={shown} onClose={() => setKept(undefined)} />
      )}
    </>
  );
}
