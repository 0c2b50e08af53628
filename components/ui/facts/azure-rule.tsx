import { type AzureRuleId, azureRules } from '#lib/contract/vocabulary.ts'

/** Where Azure documents a rule that the text before it states; the rule itself is its title. */
export function RuleSource({ rule }: { rule: AzureRuleId }) {
  const { states, source } = azureRules[rule]
  return (
    <a href={source} title={states} className="link" rel="noreferrer">
      Source
    </a>
  )
}

/** A rule of Azure's in its own words, with its source. */
export function AzureRule({ rule }: { rule: AzureRuleId }) {
  return (
    <p className="text-xs text-ink-3">
      {azureRules[rule].states} <RuleSource rule={rule} />
    </p>
  )
}
