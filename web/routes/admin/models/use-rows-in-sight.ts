/** Which rows of a long table are in sight of its frame, and how much room those out of sight take. */
import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual'
import { useEffect, type RefObject } from 'react'

interface RowsInSight {
  items: VirtualItem[]
  /** Pixels above the first and below the last of them. */
  above: number
  below: number
}

export const useRowsInSight = (frame: RefObject<HTMLElement | null>, count: number, rowHeight: number): RowsInSight => {
  'use no memo'
  // The virtualizer's functions give other answers at each scroll. Only plain values leave this hook, which is not compiled.
  // eslint-disable-next-line react-hooks/incompatible-library -- the rule warns of the call as such, compiled or not
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  })
  // A phone that is turned has other rows.
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight])
  const items = virtualizer.getVirtualItems()
  return { items, above: items[0]?.start ?? 0, below: virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0) }
}
