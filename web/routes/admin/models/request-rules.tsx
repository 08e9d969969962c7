/** What becomes of each parameter of a request to this model, and whose rule that is. */
import { Badge, Code, Group, Switch, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Fragment, useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { ParameterRuleView } from '../../../../src/http/contract/request-rules.ts'
import { WideTable } from '../../../components/wide-table.tsx'
import { requestRulesQuery } from '../admin-queries.ts'
import { QueryView } from '../query-view.tsx'
import { showValue } from '../show-value.ts'
import { joinRules, type JoinedRule } from './join-rules.ts'
import type { ModelRow } from './model-row.ts'

const colors: Record<ParameterRuleView['fate'], string> = {
  sent: 'gray',
  renamed: 'pine',
  mapped: 'pine',
  capped: 'amber',
  dropped: 'amber',
  refused: 'rose',
}

/** Schemas and messages are long; the beginning tells what they are. */
const longestValue = 120
const shorten = (text: string): string => (text.length > longestValue ? `${text.slice(0, longestValue)}…` : text)

const Sent = ({ rule }: { rule: JoinedRule }): ReactElement => {
  const showsValue = rule.fate === 'mapped' || rule.fate === 'capped'
  if (rule.sent.length === 0) return <Text size="sm">{rule.fate === 'refused' ? rule.notes.join(' ') : null}</Text>
  return (
    <>
      {rule.sent.map(({ name, value }) => (
        <Code key={name} style={{ overflowWrap: 'anywhere', display: 'block', background: 'none', padding: 0 }}>
          {showsValue ? `${name}: ${shorten(showValue(value))}` : name}
        </Code>
      ))}
    </>
  )
}

const Rule = ({ rule, first }: { rule: JoinedRule; first: boolean }): ReactElement => {
  const { t } = useTranslation()
  return (
    <Table.Tr data-rule={rule.parameter} data-fate={rule.fate}>
      <Table.Td>
        {first && <Code style={{ background: 'none', padding: 0, whiteSpace: 'nowrap' }}>{rule.parameter}</Code>}
      </Table.Td>
      <Table.Td miw={110} style={{ overflowWrap: 'normal', wordBreak: 'normal' }}>
        {rule.given.map(showValue).join(' · ')}
        {rule.beside !== null && (
          <Text size="xs" c="dimmed">
            {t('admin.rules.beside', { name: rule.beside })}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Badge color={colors[rule.fate]}>{t(`admin.rules.fate.${rule.fate}`)}</Badge>
        <Sent rule={rule} />
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>{t(`admin.rules.by.${rule.owner}`)}</Table.Td>
    </Table.Tr>
  )
}

const RuleTable = ({ rules }: { rules: readonly JoinedRule[] }): ReactElement => {
  const { t } = useTranslation()
  if (rules.length === 0) return <Text size="sm">{t('admin.rules.allSent')}</Text>
  const operations = [...new Set(rules.map(({ operation }) => operation))]
  return (
    <WideTable
      minWidth={640}
      columns={[t('admin.rules.parameter'), t('admin.rules.given'), t('admin.rules.happens'), t('admin.rules.owner')]}
    >
      {operations.map((operation) => (
        <Fragment key={operation}>
          {operations.length > 1 && (
            <Table.Tr>
              <Table.Th colSpan={4} scope="colgroup">
                {t(`admin.models.operation.${operation}`)}
              </Table.Th>
            </Table.Tr>
          )}
          {rules
            .filter((rule) => rule.operation === operation)
            .map((rule, index, own) => (
              <Rule
                key={`${rule.parameter} ${JSON.stringify(rule.given)} ${rule.beside ?? ''}`}
                rule={rule}
                first={own[index - 1]?.parameter !== rule.parameter}
              />
            ))}
        </Fragment>
      ))}
    </WideTable>
  )
}

export const RequestRules = ({ row }: { row: ModelRow }): ReactElement => {
  const { t } = useTranslation()
  const rules = useQuery(requestRulesQuery(row.provider, row.key))
  const [changedOnly, setChangedOnly] = useState(false)
  return (
    <QueryView query={rules} lines={6}>
      {({ builtIn, parameters, fixed }) =>
        builtIn ? (
          <Text size="sm">{t('admin.rules.builtIn')}</Text>
        ) : (
          <>
            <Switch
              size="sm"
              mb="xs"
              label={t('admin.rules.changedOnly')}
              checked={changedOnly}
              onChange={(event) => setChangedOnly(event.currentTarget.checked)}
            />
            <RuleTable rules={joinRules(parameters).filter(({ fate }) => !changedOnly || fate !== 'sent')} />
            {fixed.length > 0 && (
              <Group gap="xs" mt="xs">
                <Text size="sm">{t('admin.rules.fixed')}:</Text>
                {fixed.map(({ name, value, owner, operation }) => (
                  <Text size="sm" key={`${operation} ${name}`}>
                    <Code>{`${name}: ${shorten(showValue(value))}`}</Code> ({t(`admin.rules.by.${owner}`)})
                  </Text>
                ))}
              </Group>
            )}
          </>
        )
      }
    </QueryView>
  )
}
