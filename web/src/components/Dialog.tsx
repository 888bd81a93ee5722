// A dialog with one form, one action and the reason if that fails.
import { Button, Form, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useEffect, useId, useRef, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Told } from './Told';

interface DialogProps {
  readonly title: string;
  readonly description?: string;
  readonly action: string;
  readonly isDanger?: boolean;
  readonly isReady?: boolean;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function Dialog(props: DialogProps) {
  const { title, description, action, isDanger, isReady = true, isBusy, error, onSubmit, onClose } = props;
  const { t } = useTranslation();
  const id = useId();
  const reason = useRef<HTMLDivElement>(null);
  // A long form is sent from its end: why it was refused must not stand unseen at its beginning.
  useEffect(() => {
    if (error) reason.current?.scrollIntoView({ block: 'nearest' });
  }, [error]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady && !isBusy) onSubmit();
  };
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby={`${id}-title`}>
      <ModalHeader title={title} description={description} labelId={`${id}-title`} />
      <ModalBody>
        <Form id={id} onSubmit={submit}>
          {error !== null && error !== undefined && (
            <div ref={reason}>
              <Told error={error} />
            </div>
          )}
          {props.children}
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button
          type="submit"
          form={id}
          variant={isDanger ? 'danger' : 'primary'}
          isLoading={isBusy}
          isDisabled={!isReady || isBusy}
        >
          {action}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
