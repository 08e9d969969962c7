import { Fragment, useEffect, useMemo, useRef, type ReactElement, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { formatClock } from '../../format.ts'
import { usePlayer } from '../../player/use-player.ts'
import type { Match } from '../../transcript/find-matches.ts'
import type { Block, Inline } from '../../transcript/parse-markdown.ts'
import { rankHeadings, type HeadingTag } from '../../transcript/rank-headings.ts'
import type { Find } from './use-find.ts'
import classes from './recording.module.css'

/** The texts to search in, in the order they are shown. */
export const leavesOf = (blocks: readonly Block[]): string[] =>
  blocks.flatMap((block) => block.inlines.map((inline) => inline.text))

/** Number of each block's first leaf. */
const firstLeaves = (blocks: readonly Block[]): number[] => {
  const first: number[] = []
  let sum = 0
  for (const block of blocks) {
    first.push(sum)
    sum += block.inlines.length
  }
  return first
}

type NumberedMatch = Match & { number: number }

const mark = (text: string, matches: readonly NumberedMatch[], current: number): ReactNode => {
  if (matches.length === 0) return text
  const parts: ReactNode[] = []
  let at = 0
  for (const { start, end, number } of matches) {
    parts.push(text.slice(at, start))
    const isCurrent = number === current
    parts.push(
      <mark
        key={number}
        className={isCurrent ? classes.foundCurrent : classes.found}
        data-found={isCurrent ? 'current' : 'other'}
      >
        {text.slice(start, end)}
      </mark>,
    )
    at = end
  }
  parts.push(text.slice(at))
  return parts
}

const Moment = ({ second, children }: { second: number; children: ReactNode }): ReactElement => {
  const { t } = useTranslation()
  const player = usePlayer()
  return (
    <button
      type="button"
      className={classes.moment}
      aria-label={t('transcript.playFrom', { time: formatClock(second) })}
      data-moment={second}
      onClick={() => {
        player.seek(second)
        player.play()
      }}
    >
      {children}
    </button>
  )
}

const styled = (inline: Inline, content: ReactNode): ReactNode => {
  if (inline.second !== undefined) return <Moment second={inline.second}>{content}</Moment>
  if (inline.code) return <code>{content}</code>
  if (inline.bold) return <strong>{content}</strong>
  return inline.italic ? <em>{content}</em> : content
}

const frame = (block: Block, Heading: HeadingTag, content: ReactNode): ReactElement => {
  switch (block.kind) {
    case 'heading':
      return <Heading>{content}</Heading>
    case 'bullet':
    case 'numbered':
      return (
        <div className={classes.item} style={{ paddingLeft: block.level * 20 }} role="listitem">
          <span aria-hidden={block.kind === 'bullet'}>{block.kind === 'bullet' ? '•' : `${block.marker}.`}</span>
          <span>{content}</span>
        </div>
      )
    case 'quote':
      return <blockquote>{content}</blockquote>
    case 'rule':
      return <hr />
    case 'code':
      return (
        <pre>
          <code>{content}</code>
        </pre>
      )
    case 'paragraph':
      return <p>{content}</p>
  }
}

const isItem = (block: Block | undefined): boolean => block?.kind === 'bullet' || block?.kind === 'numbered'

/** Neighbouring list items stand in one list. */
const grouped = (blocks: readonly Block[], content: (block: number) => ReactElement): ReactNode[] => {
  const nodes: ReactNode[] = []
  for (let at = 0; at < blocks.length; at += 1) {
    if (!isItem(blocks[at])) {
      nodes.push(content(at))
      continue
    }
    const first = at
    const items: ReactNode[] = []
    for (; isItem(blocks[at]); at += 1) items.push(content(at))
    at -= 1
    nodes.push(
      <div key={`list-${first}`} role="list" style={{ marginBottom: '1em' }}>
        {items}
      </div>,
    )
  }
  return nodes
}

interface TextBodyProps {
  blocks: readonly Block[]
  find: Find
}

/** A text to read, with the matches of the search marked. */
export const TextBody = ({ blocks, find }: TextBodyProps): ReactElement => {
  const body = useRef<HTMLDivElement>(null)
  const { matches, current } = find
  useEffect(() => {
    if (current < 0) return
    body.current?.querySelector('[data-found=current]')?.scrollIntoView({ block: 'center' })
  }, [current, matches])
  const byLeaf = useMemo(
    () =>
      Map.groupBy(
        matches.map((match, number): NumberedMatch => ({ ...match, number })),
        (match) => match.part,
      ),
    [matches],
  )
  const firstLeaf = useMemo(() => firstLeaves(blocks), [blocks])
  const rankOf = useMemo(() => rankHeadings(blocks), [blocks])
  const content = (number: number): ReactElement => {
    const block = blocks[number]
    if (block === undefined) return <Fragment key={number} />
    const inlines = block.inlines.map((inline, index) => {
      const found = byLeaf.get((firstLeaf[number] ?? 0) + index) ?? []
      return <Fragment key={index}>{styled(inline, mark(inline.text, found, current))}</Fragment>
    })
    return <Fragment key={number}>{frame(block, rankOf(block.level), inlines)}</Fragment>
  }
  return (
    <div ref={body} className={classes.body}>
      {grouped(blocks, content)}
    </div>
  )
}
