import { useRef, type RefObject } from 'react'

/** Puts a variable where the keyboard stands in the text, or at its end, and leaves the keyboard behind it. */
export const useInsert = (
  text: string,
  onChange: (text: string) => void,
): { area: RefObject<HTMLTextAreaElement | null>; insert: (variable: string) => void } => {
  const area = useRef<HTMLTextAreaElement>(null)
  const insert = (variable: string): void => {
    const field = area.current
    const [from, to] = [field?.selectionStart ?? text.length, field?.selectionEnd ?? text.length]
    const added = `{{${variable}}}`
    onChange(text.slice(0, from) + added + text.slice(to))
    requestAnimationFrame(() => {
      field?.focus()
      field?.setSelectionRange(from + added.length, from + added.length)
    })
  }
  return { area, insert }
}
