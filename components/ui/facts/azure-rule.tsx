import { type AzureDocumentedRuleId, azureDocumentedRules } from '#lib/contract/vocabulary.ts'

/**
 * Link to Azure's documentation of a rule (for example a limit) that the preceding text mentions. The text of the rule
 * is the link's title.
 */
export function RuleSource({ rule }: { rule: AzureDocumentedRuleId }) {
  const { states, source } = azureDocumentedRules[rule]
  return (
    <a href={source} title={states} className="link in-data-sheet:hidden" rel="noreferrer">
      Source
    </a>
  )
}

/** Text of a rule that Azure documents, with a link to the document. */
export function AzureRule({ rule }: { rule: AzureDocumentedRuleId }) {
  return (
    <p className="text-xs text-ink-3">
      {azureDocumentedRules[rule].states} <RuleSource rule={rule} />
    </p>
  )
}
