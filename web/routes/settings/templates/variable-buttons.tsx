/** The variables that a template may hold, each with an example. */
import { Button, Group, Stack, Text, Tooltip } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import type { listTemplates } from '../../../../src/http/contract/templates.ts'

export type Variables = z.output<typeof listTemplates.response>['variables']

interface VariableButtonsProps {
  variables: Variables
  onInsert: (variable: string) => void
}

export const VariableButtons = ({ variables, onInsert }: VariableButtonsProps): ReactElement => {
  const { t } = useTranslation()
  return (
    <Stack gap={6}>
      <Text size="xs" c="dimmed" id="template-variables">
        {t('templates.variables')}
      </Text>
      <Group gap={6} role="group" aria-labelledby="template-variables">
        {variables.map((variable) => (
          <Tooltip key={variable.name} label={`${t(`templates.variable.${variable.name}`)}: ${variable.example}`}>
            <Button
              size="compact-xs"
              variant="default"
              ff="monospace"
              aria-label={`${variable.name}: ${t(`templates.variable.${variable.name}`)}`}
              onClick={() => onInsert(variable.name)}
            >
              {variable.name}
            </Button>
          </Tooltip>
        ))}
      </Group>
    </Stack>
  )
}
