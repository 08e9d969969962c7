/** Segments of hours of speech: only those near the window are in the page. */
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import {
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type ReactElement,
  type Ref,
} from 'react'
import { useTranslation } from 'react-i18next'
import type { Segment } from '../../../src/http/contract/transcriptions.ts'
import { usePlayer, useSpoken } from '../../player/use-player.ts'
import type { Match } from '../../transcript/find-matches.ts'
import { SegmentRow, type RowMatch } from './segment-row.tsx'
import classes from './segments.module.css'

export interface SegmentListHandle {
  show: (index: number) => void
}

interface SegmentListProps {
  handle: Ref<SegmentListHandle>
  segments: readonly Segment[]
  speakers: Record<string, string>
  matches: readonly Match[]
  currentMatch: number
  following: boolean
  edited: number | null
  onEdit: (index: number | null) => void
  onChange: (index: number, text: string) => void
}

const noMatches: readonly RowMatch[] = []

/** Where the list begins in the page; it moves when notices above come and go. */
const useListTop = () => {
  const list = useRef<HTMLOListElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    const measure = (): void => {
      if (list.current !== null) setTop(list.current.getBoundingClientRect().top + globalThis.scrollY)
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [])
  return [list, top] as const
}

/** The middle part of the window, clear of toolbar and player; a row within it needs no scrolling. */
const isInView = (row: Element): boolean => {
  const { top, bottom } = row.getBoundingClientRect()
  return top > 110 && bottom < globalThis.innerHeight - 150
}

export const SegmentList = (props: SegmentListProps): ReactElement => {
  const { segments, matches, currentMatch, following, edited, onEdit, onChange } = props
  const { t } = useTranslation()
  const player = usePlayer()
  const spoken = useSpoken(segments)
  const [list, scrollMargin] = useListTop()
  const virtualizer = useWindowVirtualizer({
    count: segments.length,
    estimateSize: () => 62,
    overscan: 12,
    scrollMargin,
    getItemKey: (index) => segments[index]?.index ?? index,
  })
  const show = (index: number, calm = false): void => {
    const row = list.current?.querySelector(`[data-index="${index}"]`) ?? null
    if (row === null) virtualizer.scrollToIndex(index, { align: 'center' })
    else if (!isInView(row)) {
      const still = !calm || matchMedia('(prefers-reduced-motion: reduce)').matches
      row.scrollIntoView({ block: 'center', behavior: still ? 'instant' : 'smooth' })
    }
  }
  const latestShow = useRef(show)
  useEffect(() => {
    latestShow.current = show
  })
  useImperativeHandle(props.handle, () => ({ show: (index) => latestShow.current(index) }), [])
  useEffect(() => {
    if (following && edited === null && spoken.segment >= 0) latestShow.current(spoken.segment, true)
  }, [following, edited, spoken.segment])
  const match = matches[currentMatch]
  const matchPart = match?.part
  useEffect(() => {
    if (matchPart !== undefined) latestShow.current(matchPart)
  }, [matchPart, currentMatch])
  useEffect(() => {
    if (edited !== null) latestShow.current(edited)
  }, [edited])

  const byPart = useMemo(() => {
    const parts = new Map<number, RowMatch[]>()
    for (const [number, { part, start, end }] of matches.entries()) {
      const known = parts.get(part)
      if (known === undefined) parts.set(part, [{ number, start, end }])
      else known.push({ number, start, end })
    }
    return parts
  }, [matches])

  return (
    <ol
      ref={list}
      className={classes.list}
      style={{ height: virtualizer.getTotalSize() }}
      aria-label={t('transcript.label')}
    >
      {virtualizer.getVirtualItems().map((item) => {
        const segment = segments[item.index]
        if (segment === undefined) return null
        const previous = segments[item.index - 1]
        const named = segment.speaker !== null && segment.speaker !== previous?.speaker
        return (
          <li
            key={item.key}
            ref={virtualizer.measureElement}
            data-index={item.index}
            className={classes.item}
            style={{ transform: `translateY(${item.start - scrollMargin}px)` }}
            aria-setsize={segments.length}
            aria-posinset={item.index + 1}
          >
            <SegmentRow
              segment={segment}
              position={item.index}
              speaker={named ? (props.speakers[segment.speaker ?? ''] ?? segment.speaker) : null}
              active={spoken.segment === item.index}
              word={spoken.segment === item.index ? spoken.word : -1}
              matches={byPart.get(item.index) ?? noMatches}
              currentMatch={matchPart === item.index ? currentMatch : -1}
              editing={edited === item.index}
              onSeek={player.seek}
              onEdit={onEdit}
              onChange={onChange}
              last={item.index === segments.length - 1}
            />
          </li>
        )
      })}
    </ol>
  )
}
