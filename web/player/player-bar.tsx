import { ActionIcon, Group, Loader, Menu, Slider, Text, Tooltip, UnstyledButton } from '@mantine/core'
import {
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconRewindBackward10,
  IconRewindForward10,
  IconVolume,
  IconVolumeOff,
} from '@tabler/icons-react'
import { useEffect, useState, type ReactElement, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useCommands } from '../commands/commands-provider.tsx'
import { formatClock, formatNumber } from '../format.ts'
import { rates } from './rate.ts'
import { usePlayer, usePlayerSecond, usePlayerState } from './use-player.ts'
import classes from './player-bar.module.css'

const usePlayerCommands = (): void => {
  const { t } = useTranslation()
  const player = usePlayer()
  const group = t('player.title')
  useCommands([
    { id: 'play', label: t('player.playPause'), shortcut: ['space', 'k'], group, run: player.toggle },
    { id: 'back', label: t('player.back'), shortcut: ['left', 'j'], group, run: () => player.skip(-10) },
    { id: 'forward', label: t('player.forward'), shortcut: ['right', 'l'], group, run: () => player.skip(10) },
    { id: 'slower', label: t('player.slower'), shortcut: '<', group, run: player.slower },
    { id: 'faster', label: t('player.faster'), shortcut: '>', group, run: player.faster },
    { id: 'mute', label: t('player.mute'), shortcut: 'm', group, run: player.toggleMuted },
  ])
}

const Seek = ({ duration }: { duration: number }): ReactElement => {
  const { t } = useTranslation()
  const player = usePlayer()
  const second = usePlayerSecond()
  const [dragged, setDragged] = useState<number | null>(null)
  const shown = dragged ?? second
  return (
    <>
      <Text size="xs" c="dimmed" className={`tabular ${classes.clock ?? ''}`} ta="right">
        {formatClock(shown)}
      </Text>
      <Slider
        className={classes.seek ?? ''}
        size="sm"
        min={0}
        max={Math.max(duration, 0.1)}
        step={0.1}
        value={Math.min(shown, duration)}
        onChange={setDragged}
        onChangeEnd={(value) => {
          player.seek(value)
          setDragged(null)
        }}
        label={formatClock}
        thumbLabel={t('player.position')}
        thumbProps={{ 'aria-valuetext': formatClock(shown) }}
      />
      <Text size="xs" c="dimmed" className={`tabular ${classes.clock ?? ''}`}>
        {formatClock(duration)}
      </Text>
    </>
  )
}

const Speed = (): ReactElement => {
  const { t, i18n } = useTranslation()
  const player = usePlayer()
  const { rate } = usePlayerState()
  const label = (value: number): string => `${formatNumber(value, i18n.language, 2)}×`
  return (
    <Menu position="top" width={110}>
      <Menu.Target>
        <UnstyledButton
          className={`${classes.rate ?? ''} tabular`}
          aria-label={t('player.speedIs', { speed: label(rate) })}
        >
          {label(rate)}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {rates.map((value) => (
          <Menu.Item key={value} onClick={() => player.setRate(value)} fw={value === rate ? 650 : 400} py={6}>
            {label(value)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** Controls of the recording, at the foot of the window. `children` stand at its end. */
export const PlayerBar = ({ children }: { children?: ReactNode }): ReactElement => {
  const { t } = useTranslation()
  const player = usePlayer()
  const state = usePlayerState()
  usePlayerCommands()
  useEffect(() => {
    document.documentElement.style.setProperty('--player-height', '76px')
    return () => {
      document.documentElement.style.removeProperty('--player-height')
    }
  }, [])
  const button = (label: string, icon: ReactNode, run: () => void): ReactElement => (
    <Tooltip label={label}>
      <ActionIcon size="lg" aria-label={label} onClick={run}>
        {icon}
      </ActionIcon>
    </Tooltip>
  )
  return (
    <section className={classes.bar} aria-label={t('player.title')}>
      {state.failed ? (
        <Text size="sm" role="alert" px="sm">
          {t('player.failed')}
        </Text>
      ) : (
        <>
          <Group gap={2} wrap="nowrap">
            {button(t('player.back'), <IconRewindBackward10 size={20} stroke={1.6} aria-hidden />, () =>
              player.skip(-10),
            )}
            <ActionIcon
              size={40}
              radius="xl"
              variant="filled"
              color="pine"
              aria-label={state.playing ? t('player.pause') : t('player.play')}
              onClick={player.toggle}
            >
              {state.waiting && state.playing ? (
                <Loader size={16} color="white" type="oval" aria-hidden />
              ) : state.playing ? (
                <IconPlayerPauseFilled size={18} aria-hidden />
              ) : (
                <IconPlayerPlayFilled size={18} aria-hidden />
              )}
            </ActionIcon>
            {button(t('player.forward'), <IconRewindForward10 size={20} stroke={1.6} aria-hidden />, () =>
              player.skip(10),
            )}
          </Group>
          <Seek duration={state.durationSecond ?? 0} />
          <Group gap={2} wrap="nowrap" className={classes.end ?? ''}>
            <Speed />
            <span className={classes.volume}>
              {button(
                state.muted ? t('player.unmute') : t('player.mute'),
                state.muted ? (
                  <IconVolumeOff size={19} aria-hidden />
                ) : (
                  <IconVolume size={19} stroke={1.6} aria-hidden />
                ),
                player.toggleMuted,
              )}
            </span>
          </Group>
        </>
      )}
      {children}
    </section>
  )
}
