import { ActionIcon, Button, Group, Text, Textarea } from '@mantine/core'
import { IconPencil, IconRestore } from '@tabler/icons-react'
import { memo, useEffect, useMemo, useRef, type FocusEvent, type MouseEvent, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Segment } from '../../../src/http/contract/transcriptions.ts'
import { formatClock } from '../../format.ts'
import { layOutWords, markPieces } from '../../transcript/segment-pieces.ts'
import classes from './segments.module.css'

export interface RowMatch {
  /** Number among all matches of the text. */
  number: number
  start: number
  end: number
}

interface SegmentRowProps {
  segment: Segment
  position: number
  speaker: string | null
  active: boolean
  word: number
  matches: readonly RowMatch[]
  currentMatch: number
  editing: boolean
  last: boolean
  onSeek: (second: number) => void
  onEdit: (position: number | null) => void
  onChange: (index: number, text: string) => void
}

const SpokenText = ({ segment, word, matches, currentMatch, onSeek }: SegmentRowProps): ReactElement => {
  const pieces = useMemo(() => layOutWords(segment), [segment])
  const marked = useMemo(() => markPieces(pieces, matches), [pieces, matches])
  const seekToWord = (event: MouseEvent<HTMLElement>): void => {
    // Somebody who marks text to copy it doesn't want to go anywhere.
    if (globalThis.getSelection()?.isCollapsed === false) return
    const at = (event.target as HTMLElement).closest<HTMLElement>('[data-word]')?.dataset.word
    const second = at === undefined ? segment.startSecond : segment.words[Number(at)]?.startSecond
    if (second !== undefined) onSeek(second)
  }
  return (
    // The button with the time does the same for the keyboard, at the segment's start.
    <div className={classes.text} onClick={seekToWord}>
      {marked.map((piece, index) => {
        const number = piece.match === null ? -1 : (matches[piece.match]?.number ?? -1)
        const found = piece.match === null ? '' : number === currentMatch ? classes.foundCurrent : classes.found
        const spoken = piece.word !== null && piece.word === word
        if (piece.word === null && found === '') return piece.text
        return (
          <span
            key={index}
            {...(piece.word === null ? {} : { 'data-word': piece.word })}
            {...(spoken ? { 'data-spoken': true } : {})}
            {...(found === '' ? {} : { 'data-found': number === currentMatch ? 'current' : 'other' })}
            className={`${piece.word === null ? '' : (classes.word ?? '')} ${spoken ? (classes.spoken ?? '') : ''} ${found ?? ''}`}
          >
            {piece.text}
          </span>
        )
      })}
    </div>
  )
}

interface EditorProps extends SegmentRowProps {
  /** Ends by the keyboard, which has to stand somewhere afterwards. */
  onLeave: () => void
}

/** What was recognized, and the way back to it. */
const Original = ({ segment, onChange, onLeave }: EditorProps): ReactElement | null => {
  const { t } = useTranslation()
  const { originalText } = segment
  if (originalText === undefined) return null
  return (
    <Group gap="xs" mt={6} align="flex-start" data-original>
      <Text size="sm" c="dimmed" flex="1 1 16rem" style={{ overflowWrap: 'anywhere' }}>
        {originalText === '' ? t('transcript.originalEmpty') : t('transcript.original', { text: originalText })}
      </Text>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconRestore size={15} aria-hidden />}
        onClick={() => {
          onChange(segment.index, originalText)
          onLeave()
        }}
      >
        {t('edit.restore')}
      </Button>
    </Group>
  )
}

const Editor = (props: EditorProps): ReactElement => {
  const { segment, position, last, onEdit, onLeave, onChange } = props
  const { t } = useTranslation()
  /** Only when the keyboard leaves the part as a whole; a press on something that takes no focus leaves it too. */
  const endOutside = (event: FocusEvent<HTMLElement>): void => {
    if (!event.currentTarget.contains(event.relatedTarget)) onEdit(null)
  }
  return (
    <div
      onBlur={endOutside}
      onKeyDown={(press) => {
        if (press.key === 'Escape') onLeave()
      }}
    >
      <Textarea
        autosize
        autoFocus
        minRows={1}
        maxLength={20_000}
        className={classes.editor ?? ''}
        aria-label={t('transcript.editAt', { time: formatClock(segment.startSecond) })}
        description={t('transcript.editHint')}
        inputWrapperOrder={['input', 'description']}
        value={segment.text}
        onChange={(event) => onChange(segment.index, event.currentTarget.value)}
        onKeyDown={(press) => {
          if (press.key === 'Enter' && (press.ctrlKey || press.metaKey)) {
            press.preventDefault()
            if (last) onLeave()
            else onEdit(position + 1)
          }
        }}
      />
      <Original {...props} />
    </div>
  )
}

const Row = (props: SegmentRowProps): ReactElement => {
  const { segment, position, speaker, active, editing, onSeek, onEdit } = props
  const { t } = useTranslation()
  const time = formatClock(segment.startSecond)
  const pencil = useRef<HTMLButtonElement>(null)
  const left = useRef(false)
  useEffect(() => {
    if (editing || !left.current) return
    left.current = false
    pencil.current?.focus()
  }, [editing])
  const leave = (): void => {
    left.current = true
    onEdit(null)
  }
  return (
    <div className={classes.row} data-active={active} {...(active ? { 'aria-current': 'true' } : {})}>
      <button
        type="button"
        className={`${classes.time ?? ''} tabular`}
        onClick={() => onSeek(segment.startSecond)}
        aria-label={t('transcript.playFrom', { time })}
      >
        {time}
      </button>
      <div className={classes.main}>
        {speaker !== null && (
          <Text size="sm" fw={650} c="var(--mantine-color-anchor)">
            {speaker}
          </Text>
        )}
        {editing ? <Editor {...props} onLeave={leave} /> : <SpokenText {...props} />}
      </div>
      {!editing && (
        <ActionIcon
          ref={pencil}
          className={classes.pencil ?? ''}
          size="sm"
          data-edited={segment.originalText !== undefined}
          aria-label={
            segment.originalText === undefined
              ? t('transcript.editAt', { time })
              : t('transcript.editEditedAt', { time })
          }
          onClick={() => onEdit(position)}
        >
          <IconPencil size={15} stroke={1.6} aria-hidden />
        </ActionIcon>
      )}
    </div>
  )
}

export const SegmentRow = memo(Row)
