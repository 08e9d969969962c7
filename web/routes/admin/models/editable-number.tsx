/** A number that is changed where it stands: Enter saves, Escape leaves it. */
import { Loader, NumberInput, UnstyledButton } from '@mantine/core'
import { IconPencil } from '@tabler/icons-react'
import { useRef, useState, type ReactElement } from 'react'
import { flushSync } from 'react-dom'
import classes from './models.module.css'

interface EditableNumberProps {
  /** What it is, and of which model. */
  label: string
  value: number | null
  shown: string
  min: number
  max: number
  /** Digits behind the point. */
  decimals: number
  /** True where an empty field means "not known". */
  nullable: boolean
  saving: boolean
  onSave: (value: number | null) => void
}

export const EditableNumber = (props: EditableNumberProps): ReactElement => {
  const { label, value, shown, min, max, decimals, nullable, saving, onSave } = props
  const [draft, setDraft] = useState<number | string | null>(null)
  const button = useRef<HTMLButtonElement>(null)
  // A field that is taken away may lose the focus once more, which must not save what Escape left.
  const closed = useRef(true)
  const open = (): void => {
    closed.current = false
    setDraft(value ?? '')
  }
  const close = (): void => {
    closed.current = true
    setDraft(null)
  }
  /** Enter and Escape go back to the number; whoever clicks elsewhere or tabs on is to stay there. */
  const closeByKey = (end: () => void): void => {
    flushSync(end)
    button.current?.focus()
  }
  const save = (): void => {
    if (draft === null || closed.current) return
    const next = draft === '' ? null : Number(draft)
    const allowed = next === null ? nullable : next >= min && next <= max
    close()
    if (allowed && next !== value) onSave(next)
  }
  if (draft === null) {
    return (
      <UnstyledButton ref={button} className={classes.editable ?? ''} aria-label={`${label}: ${shown}`} onClick={open}>
        {shown}
        {saving ? <Loader size={12} /> : <IconPencil size={13} aria-hidden className={classes.pencil} />}
      </UnstyledButton>
    )
  }
  return (
    <NumberInput
      size="xs"
      autoFocus
      aria-label={label}
      value={draft}
      onChange={setDraft}
      min={min}
      max={max}
      decimalScale={decimals}
      clampBehavior="strict"
      hideControls
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter') closeByKey(save)
        if (event.key === 'Escape') closeByKey(close)
      }}
    />
  )
}
