import { type AzureRuleId, azureRules } from '#lib/contract/vocabulary.ts'

/**
 * Link to Azure's documentation of a rule (for example a limit) that the preceding text mentions. The text of the rule
 * is the link's title.
 */
export function RuleSource({ rule }: { rule: AzureRuleId }) {
  const { states, source } = azureRules[rule]
  return (
    <a href={source} title={states} className="link in-data-sheet:hidden" rel="noreferrer">
      Source
    </a>
  )
}

/** Text of a rule that Azure documents, with a link to the document. */
export function AzureRule({ rule }: { rule: AzureRuleId }) {
  return (
    <p className="text-xs text-ink-3">
      {azureRules[rule].states} <RuleSource rule={rule} />
    </p>
  )
}
