/** A choice from a long list with search; what cannot be chosen stays visible with its reason. */
import {
  Badge,
  Combobox,
  Input,
  InputBase,
  NativeSelect,
  ScrollArea,
  useCombobox,
  type ComboboxStore,
} from '@mantine/core'
import { IconCheck, IconChevronDown } from '@tabler/icons-react'
import { memo, useEffect, useMemo, useState, type KeyboardEvent, type ReactElement, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { fold } from '../transcript/find-matches.ts'
import classes from './option-picker.module.css'

export interface PickerOption {
  value: string
  label: string
  group: string
  /** Facts in lines under the name: context, price. */
  facts?: readonly string[] | undefined
  badge?: { label: string; color: string; under?: string | undefined } | undefined
  unavailableReason?: string | null | undefined
}

export interface OptionPickerProps {
  label: string
  description?: string
  options: readonly PickerOption[]
  value: string
  onChange: (value: string) => void
  loading?: boolean
  /** Name of a second filter, by the group; without it there is none. */
  groupFilter?: string
  /** Stands above the options: how fresh they are. */
  note?: ReactNode
  onOpen?: () => void
}

const Row = memo(({ option, chosen }: { option: PickerOption; chosen: boolean }): ReactElement => {
  const unavailable = option.unavailableReason != null
  return (
    <div className={`${classes.row ?? ''} ${unavailable ? (classes.unavailable ?? '') : ''}`}>
      <span className={`${classes.name ?? ''} ${chosen ? (classes.chosen ?? '') : ''}`}>{option.label}</span>
      <span className={classes.mark}>
        {option.badge !== undefined && (
          <Badge size="sm" color={option.badge.color} leftSection={chosen ? <IconCheck size={12} aria-hidden /> : null}>
            {option.badge.label}
          </Badge>
        )}
        {option.badge?.under}
        {option.badge === undefined && chosen && <IconCheck size={16} aria-hidden />}
      </span>
      {unavailable && <span className={classes.reason}>{option.unavailableReason}</span>}
      {option.facts?.map((line) => (
        <span key={line} className={classes.facts}>
          {line}
        </span>
      ))}
    </div>
  )
})
Row.displayName = 'Row'

/** Looked through at every key: folded once for each list. */
const useMatching = (options: readonly PickerOption[], search: string, group: string): readonly PickerOption[] => {
  const folded = useMemo(
    () => options.map((option) => fold(`${option.label} ${option.value} ${option.group}`).text),
    [options],
  )
  return useMemo(() => {
    const words = fold(search.trim()).text.split(/\s+/u).filter(Boolean)
    return options.filter(
      (option, index) =>
        (group === '' || option.group === group) && words.every((word) => folded[index]?.includes(word) === true),
    )
  }, [options, folded, search, group])
}

interface ListProps {
  options: readonly PickerOption[]
  value: string
}

const Options = memo(({ options, value }: ListProps): ReactElement => {
  const { t } = useTranslation()
  const groups = Object.entries(Object.groupBy(options, (option) => option.group))
  if (groups.length === 0) return <Combobox.Empty>{t('picker.nothingFound')}</Combobox.Empty>
  return (
    <>
      {groups.map(([group, list]) => (
        <Combobox.Group key={group} label={group}>
          {list?.map((option) => (
            <Combobox.Option
              key={option.value}
              value={option.value}
              active={option.value === value}
              // Not `disabled`: the arrow keys must reach it, or a screen reader never says the reason.
              aria-disabled={option.unavailableReason != null}
              mod={{ unavailable: option.unavailableReason != null }}
            >
              <Row option={option} chosen={option.value === value} />
            </Combobox.Option>
          ))}
        </Combobox.Group>
      ))}
    </>
  )
})
Options.displayName = 'Options'

const manyOptions = 6

/** Mantine focuses its search field in a timer: keys that wait in the queue of a busy page would come before it. */
const useFocusOnceOpen = ({ dropdownOpened, searchRef }: ComboboxStore): void => {
  // An effect of the click or key that opens runs before the next key. No earlier: the popover must first have seen
  // what had the focus, to give it back on Escape. The list has no place yet, so the page is not to scroll to it.
  useEffect(() => {
    const field = searchRef.current
    if (!dropdownOpened || field === null) return
    field.focus({ preventScroll: true })
    field.setSelectionRange(field.value.length, field.value.length)
  }, [dropdownOpened, searchRef])
}

const isLetter = (press: KeyboardEvent): boolean =>
  /^[\p{L}\p{N}]$/u.test(press.key) && !press.ctrlKey && !press.metaKey && !press.altKey

export const OptionPicker = (props: OptionPickerProps): ReactElement => {
  const { label, description, options, value, onChange, loading = false, groupFilter, note, onOpen } = props
  const { t } = useTranslation()
  const [search, setSearch] = useState('')
  const [group, setGroup] = useState('')
  const shown = useMatching(options, search, group)
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption()
      setSearch('')
    },
    onDropdownOpen: () => {
      combobox.selectActiveOption()
      onOpen?.()
    },
  })
  useFocusOnceOpen(combobox)
  const searchable = options.length > manyOptions
  const chosen = options.find((option) => option.value === value)
  const placeholder = loading ? t('state.loading') : value === '' ? t('picker.choose') : value
  const groups = useMemo(() => [...new Set(options.map((option) => option.group))], [options])
  const submit = (next: string): void => {
    if (options.find((option) => option.value === next)?.unavailableReason != null) return
    onChange(next)
    combobox.targetRef.current?.focus({ preventScroll: true })
    combobox.closeDropdown()
  }
  const openByLetter = (press: KeyboardEvent): void => {
    if (!searchable || combobox.dropdownOpened || !isLetter(press)) return
    press.preventDefault()
    setSearch(press.key)
    combobox.openDropdown('keyboard')
  }
  return (
    <Combobox store={combobox} onOptionSubmit={submit} shadow="md" radius="md">
      <Combobox.Target targetType="button">
        <InputBase
          component="button"
          type="button"
          pointer
          label={label}
          aria-label={`${label}: ${chosen?.label ?? placeholder}`}
          description={description}
          rightSection={<IconChevronDown size={16} aria-hidden />}
          rightSectionPointerEvents="none"
          onClick={() => combobox.toggleDropdown()}
          onKeyDown={openByLetter}
          disabled={loading}
        >
          {chosen === undefined ? <Input.Placeholder>{placeholder}</Input.Placeholder> : chosen.label}
        </InputBase>
      </Combobox.Target>
      <Combobox.Dropdown p={4}>
        {/* Search, filter and list together are a dialog: without a name for it, a screen reader loses the way. */}
        <div role="dialog" aria-label={label}>
          {searchable && (
            <div className={classes.top}>
              <Combobox.Search
                size="xs"
                className={classes.search ?? ''}
                value={search}
                onChange={(event) => {
                  setSearch(event.currentTarget.value)
                  combobox.updateSelectedOptionIndex()
                }}
                placeholder={t('picker.search')}
                aria-label={t('picker.search')}
              />
              {groupFilter !== undefined && groups.length > 2 && (
                <NativeSelect
                  size="xs"
                  w="42%"
                  aria-label={groupFilter}
                  value={group}
                  onChange={(event) => setGroup(event.currentTarget.value)}
                  data={[{ value: '', label: groupFilter }, ...groups.map((name) => ({ value: name, label: name }))]}
                />
              )}
            </div>
          )}
          {note !== undefined && (
            <div className={classes.note} role="status">
              {note}
            </div>
          )}
          <ScrollArea.Autosize mah={340} type="scroll" scrollbarSize={6} viewportProps={{ tabIndex: 0 }}>
            <Combobox.Options aria-label={label}>
              <Options options={shown} value={value} />
            </Combobox.Options>
          </ScrollArea.Autosize>
        </div>
      </Combobox.Dropdown>
    </Combobox>
  )
}
