import { useEffect, useRef, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Transcription } from '../../../src/http/contract/transcriptions.ts'
import { usePlayer } from '../../player/use-player.ts'
import classes from './recording.module.css'

/** The sound or picture itself; its controls are in the player bar. */
export const MediaElement = ({ recording }: { recording: Transcription }): ReactElement => {
  const { t } = useTranslation()
  const player = usePlayer()
  const media = useRef<HTMLVideoElement & HTMLAudioElement>(null)
  useEffect(() => (media.current === null ? undefined : player.attach(media.current)), [player])
  const address = `/api/v1/transcriptions/${recording.id}/media`
  if (!recording.hasVideo) return <audio ref={media} src={address} preload="metadata" hidden />
  return (
    <video
      ref={media}
      className={classes.video}
      src={address}
      preload="metadata"
      playsInline
      aria-label={t('player.video', { title: recording.title })}
      onClick={player.toggle}
    />
  )
}
