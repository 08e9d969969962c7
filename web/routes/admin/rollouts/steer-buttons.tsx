/** The manual override: each asks first, with room for the reason, which goes into the log. */
import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { steerRollout, type RolloutView } from '../../../../src/http/contract/rollouts.ts'
import { call } from '../../../api.ts'
import { DialogActions } from '../../../components/dialog-actions.tsx'
import { firstField } from '../../../components/first-field.ts'
import { ProblemAlert } from '../../../components/problem-alert.tsx'
import { useAct } from '../use-act.ts'

type Action = 'promote' | 'stop' | 'resume' | 'roll-back'

const offered: Record<RolloutView['status'], readonly Action[]> = {
  running: ['promote', 'stop', 'roll-back'],
  stopped: ['resume', 'promote', 'roll-back'],
  'rolled-back': [],
  completed: ['roll-back'],
}

export const SteerButtons = ({ rollout }: { rollout: RolloutView }): ReactElement => {
  const { t } = useTranslation()
  const [action, setAction] = useState<Action>('stop')
  const [opened, dialog] = useDisclosure()
  const [reason, setReason] = useState('')
  const close = (): void => {
    dialog.close()
    setReason('')
    steer.reset()
  }
  const steer = useAct({
    quiet: true,
    run: async (chosen: Action) =>
      await call(steerRollout, { params: { id: rollout.id }, body: { action: chosen, reason } }),
    done: () => t('admin.rollouts.steered'),
    onSuccess: dialog.close,
  })
  return (
    <>
      <Group gap="xs">
        {offered[rollout.status].map((one) => (
          <Button
            key={one}
            size="xs"
            variant={one === 'roll-back' ? 'light' : 'default'}
            {...(one === 'roll-back' && { color: 'rose' })}
            onClick={() => {
              setAction(one)
              dialog.open()
            }}
          >
            {t(`admin.rollouts.steer.${one}`)}
          </Button>
        ))}
      </Group>
      <Modal opened={opened} onClose={close} title={t(`admin.rollouts.steer.${action}`)} withCloseButton={false}>
        <Stack gap="md">
          <Text size="sm">{t(`admin.rollouts.steerHint.${action}`)}</Text>
          <Textarea
            label={t('admin.rollouts.reason')}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={500}
            autosize
            minRows={2}
            {...firstField}
          />
          {steer.error !== null && <ProblemAlert error={steer.error} />}
          <DialogActions
            onCancel={close}
            onAct={() => steer.mutate(action)}
            isPending={steer.isPending}
            label={t(`admin.rollouts.steer.${action}`)}
            destructive={action === 'roll-back'}
          />
        </Stack>
      </Modal>
    </>
  )
}
