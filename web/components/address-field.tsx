/**
 * A field whose words stand in the address. It keeps a copy of its own: the address follows a moment later, and a field that
 * waits for it puts the cursor to its end at every key.
 */
import { TextInput, type TextInputProps } from '@mantine/core'
import { useState, type ReactElement } from 'react'

interface AddressFieldProps extends Omit<TextInputProps, 'value' | 'defaultValue' | 'onChange'> {
  value: string
  onChange: (value: string) => void
}

export const AddressField = ({ value, onChange, ...props }: AddressFieldProps): ReactElement => {
  const [draft, setDraft] = useState(value)
  const [seen, setSeen] = useState(value)
  if (value !== seen) {
    // Changed by this field, which makes no difference, or by a link, the way back, or a button that clears.
    setSeen(value)
    setDraft(value)
  }
  return (
    <TextInput
      {...props}
      value={draft}
      onChange={(event) => {
        setDraft(event.currentTarget.value)
        onChange(event.currentTarget.value)
      }}
    />
  )
}
