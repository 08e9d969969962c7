/** Saves edited segments. Somebody else's edit of other segments is no conflict; of the same one it is. */
import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { updateSegments, type Segment } from '../../src/http/contract/transcriptions.ts'
import { ApiError, call } from '../api.ts'
import { segmentsQuery, type SegmentList } from '../queries.ts'
import type { SaveAnswer } from './autosave.ts'
import { useEditing, type Editing } from './use-editing.ts'

const put = (list: SegmentList, items: readonly Segment[], revision: number): SegmentList => {
  const changed = new Map(items.map((segment) => [segment.index, segment]))
  return { revision, items: list.items.map((segment) => changed.get(segment.index) ?? segment) }
}

const textsOf = (list: SegmentList, targets: readonly string[]): Record<string, string> =>
  Object.fromEntries(targets.map((target) => [target, list.items[Number(target)]?.text ?? '']))

/** As it is written here, with what was recognized while that differs. */
const write = (segment: Segment, draft: string): Segment => {
  const { originalText: known, ...rest } = segment
  const originalText = known ?? segment.text
  return { ...rest, text: draft, ...(draft !== originalText && { originalText }) }
}

export const useSegmentEdits = (id: string, list: SegmentList | undefined): Editing & { segments: Segment[] } => {
  const client = useQueryClient()
  const { queryKey } = segmentsQuery(id)

  const send = async (changes: Record<string, string>, revision: number): Promise<SaveAnswer> => {
    const body = { revision, changes: Object.entries(changes).map(([index, text]) => ({ index: Number(index), text })) }
    const answer = await call(updateSegments, { params: { id }, body })
    client.setQueryData(queryKey, (known) => (known === undefined ? known : put(known, answer.items, answer.revision)))
    return { kind: 'saved', revision: answer.revision }
  }

  const save = async (changes: Record<string, string>, revision: number): Promise<SaveAnswer> => {
    const targets = Object.keys(changes)
    const base = list === undefined ? {} : textsOf(list, targets)
    try {
      return await send(changes, revision)
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) throw error
      const now = await client.query({ ...segmentsQuery(id), staleTime: 0 })
      const theirs = textsOf(now, targets)
      const touched = targets.some((target) => theirs[target] !== base[target] && theirs[target] !== changes[target])
      if (touched) return { kind: 'conflict', conflict: { theirs, revision: now.revision } }
      return await send(changes, now.revision)
    }
  }

  const editing = useEditing({
    revision: list?.revision,
    savedText: (target) => list?.items[Number(target)]?.text ?? '',
    save,
  })
  const segments = useMemo(
    () =>
      (list?.items ?? []).map((segment) => {
        const draft = editing.drafts.get(String(segment.index))
        return draft === undefined ? segment : write(segment, draft)
      }),
    [list?.items, editing.drafts],
  )
  return { ...editing, segments }
}
