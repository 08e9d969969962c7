/** Values of one parameter that are sent alike stand in one row. */
import type { ParameterRuleView } from '../../../../src/http/contract/request-rules.ts'

export interface JoinedRule extends Omit<ParameterRuleView, 'given'> {
  given: unknown[]
}

const isAlike = (left: JoinedRule, right: ParameterRuleView): boolean =>
  left.parameter === right.parameter &&
  left.operation === right.operation &&
  left.beside === right.beside &&
  left.fate === right.fate &&
  left.owner === right.owner &&
  // What is sent as it is given differs in its value only, which is the given one.
  (left.fate === 'sent'
    ? left.sent[0]?.name === right.sent[0]?.name
    : JSON.stringify(left.sent) === JSON.stringify(right.sent))

export const joinRules = (rules: readonly ParameterRuleView[]): JoinedRule[] => {
  const joined: JoinedRule[] = []
  for (const rule of rules) {
    const last = joined.at(-1)
    if (last !== undefined && isAlike(last, rule)) last.given.push(rule.given)
    else joined.push({ ...rule, given: [rule.given] })
  }
  return joined
}
