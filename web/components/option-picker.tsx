/** A choice from a long list with search; what cannot be chosen stays visible with its reason. */
import { Badge, Combobox, Group, Input, InputBase, ScrollArea, Stack, Text, useCombobox } from '@mantine/core'
import { IconCheck, IconChevronDown } from '@tabler/icons-react'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { fold } from '../transcript/find-matches.ts'

export interface PickerOption {
  value: string
  label: string
  group: string
  /** Facts in one line under the name: context, price. */
  facts?: string | undefined
  badge?: { label: string; color: string } | undefined
  unavailableReason?: string | null | undefined
}

export interface OptionPickerProps {
  label: string
  description?: string
  options: readonly PickerOption[]
  value: string
  onChange: (value: string) => void
  loading?: boolean
}

const Row = ({ option, chosen }: { option: PickerOption; chosen: boolean }): ReactElement => (
  <Group wrap="nowrap" gap="sm" align="center">
    <Stack gap={1} flex={1} miw={0}>
      <Text size="sm" fw={chosen ? 600 : 450} truncate>
        {option.label}
      </Text>
      {(option.unavailableReason ?? option.facts) !== undefined && (
        <Text size="xs" c="dimmed" lineClamp={2}>
          {option.unavailableReason ?? option.facts}
        </Text>
      )}
    </Stack>
    {option.badge !== undefined && (
      <Badge size="sm" color={option.badge.color}>
        {option.badge.label}
      </Badge>
    )}
    {chosen && <IconCheck size={16} aria-hidden />}
  </Group>
)

const matching = (options: readonly PickerOption[], search: string): readonly PickerOption[] => {
  const wanted = fold(search.trim()).text
  if (wanted === '') return options
  return options.filter((option) => fold(`${option.label} ${option.value} ${option.group}`).text.includes(wanted))
}

export const OptionPicker = (props: OptionPickerProps): ReactElement => {
  const { label, description, options, value, onChange, loading = false } = props
  const { t } = useTranslation()
  const [search, setSearch] = useState('')
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption()
      setSearch('')
    },
    onDropdownOpen: () => {
      combobox.focusSearchInput()
      combobox.selectActiveOption()
    },
  })
  const chosen = options.find((option) => option.value === value)
  const groups = Object.entries(Object.groupBy(matching(options, search), (option) => option.group))
  const submit = (next: string): void => {
    onChange(next)
    combobox.closeDropdown()
    combobox.focusTarget()
  }
  return (
    <Combobox store={combobox} onOptionSubmit={submit} shadow="md" radius="md">
      <Combobox.Target targetType="button">
        <InputBase
          component="button"
          type="button"
          pointer
          label={label}
          aria-label={`${label}: ${chosen?.label ?? value}`}
          description={description}
          rightSection={<IconChevronDown size={16} aria-hidden />}
          rightSectionPointerEvents="none"
          onClick={() => combobox.toggleDropdown()}
          disabled={loading}
        >
          {chosen === undefined ? (
            <Input.Placeholder>{loading ? t('state.loading') : value}</Input.Placeholder>
          ) : (
            chosen.label
          )}
        </InputBase>
      </Combobox.Target>
      <Combobox.Dropdown>
        {options.length > 6 && (
          <Combobox.Search
            value={search}
            onChange={(event) => {
              setSearch(event.currentTarget.value)
              combobox.updateSelectedOptionIndex()
            }}
            placeholder={t('picker.search')}
            aria-label={t('picker.search')}
          />
        )}
        <Combobox.Options aria-label={label}>
          <ScrollArea.Autosize mah={320} type="scroll" scrollbarSize={6}>
            {groups.length === 0 && <Combobox.Empty>{t('picker.nothingFound')}</Combobox.Empty>}
            {groups.map(([group, list]) => (
              <Combobox.Group key={group} label={group}>
                {list?.map((option) => (
                  <Combobox.Option
                    key={option.value}
                    value={option.value}
                    active={option.value === value}
                    disabled={option.unavailableReason != null}
                  >
                    <Row option={option} chosen={option.value === value} />
                  </Combobox.Option>
                ))}
              </Combobox.Group>
            ))}
          </ScrollArea.Autosize>
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
