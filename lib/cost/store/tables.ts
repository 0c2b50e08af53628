import { type DatabaseTableRegistrations, selectWholeTable } from '#lib/history/statements.ts'

const WITHDRAWN = 'made_at, made_by, why, withdrawn_at, withdrawn_by, withdrawn_why'

export const costTables = {
  // A caller with limited access sees an override if it applies to a visible circuit or to all circuits. Overrides of
  // the kind `share` are never visible, because they name other customers. The evidence of a discount is removed,
  // because it contains the bills of all subscriptions.
  cost_override: {
    past: 'forgotten',
    scope: `SELECT id, CASE jsonb_typeof(body -> 'circuitIds') WHEN 'array' THEN body || jsonb_build_object('circuitIds', ARRAY(
        SELECT id FROM jsonb_array_elements_text(body -> 'circuitIds') WITH ORDINALITY AS l (id, n) WHERE id = ANY (:shortIds) ORDER BY n))
      ELSE body - 'evidence' END AS body, ${WITHDRAWN}
    FROM public.cost_override
    WHERE body ->> 'kind' IS DISTINCT FROM 'share' AND (body -> 'circuitIds' = 'null' OR body -> 'circuitIds' ?| :shortIds)`,
    retention: 'kept',
    erasure: { signatures: ['made_by', 'withdrawn_by'], texts: { why: 'text', withdrawn_why: 'text' } },
  },
  // A caller with limited access sees a budget if all circuits of the budget, or the customer of the budget, are
  // visible to the caller.
  cost_budget: {
    past: 'forgotten',
    scope: `SELECT * FROM public.cost_budget WHERE CASE jsonb_typeof(body #> '{for,circuitIds}')
    WHEN 'array' THEN body #> '{for,circuitIds}' <@ to_jsonb(:shortIds)
    ELSE lower(body #>> '{for,customer}') = ANY (:subscriptions || :customers) END`,
    retention: 'kept',
    erasure: { signatures: ['made_by', 'withdrawn_by'], texts: { why: 'text', withdrawn_why: 'text' } },
  },
  cost_decision: {
    past: 'forgotten',
    scope: 'SELECT * FROM public.cost_decision WHERE circuit_id = ANY (:shortIds)',
    retention: 'kept',
    erasure: { signatures: ['by', 'outcome_by'], texts: { decided: 'text', why: 'text', outcome: 'text' } },
    named: `SELECT d.id, 'Decision about ' || r.name
    FROM cost_decision d JOIN resource r ON r.short_id = d.circuit_id WHERE d.id = ANY($1)`,
  },
  cost_review: { past: 'forgotten', scope: 'hidden', retention: 'kept', erasure: 'kept' },
  // A caller with limited access sees a finding only if all resources of the finding are visible to the caller.
  cost_finding: {
    past: 'forgotten',
    scope: `SELECT * FROM public.cost_finding WHERE resources <> '{}' AND resources <@ (:shortIds)`,
    retention: { statement: 'DELETE FROM cost_finding WHERE ended_latest < $1' },
    erasure: 'kept',
  },
  cost_traffic: {
    past: 'forgotten',
    scope: 'SELECT * FROM public.cost_traffic WHERE circuit_id = ANY (:shortIds)',
    retention: 'kept',
    erasure: 'kept',
  },
  cost_billed: {
    past: 'forgotten',
    scope: 'SELECT * FROM public.cost_billed WHERE resource_key = ANY (:armKeys)',
    retention: 'kept',
    erasure: 'kept',
  },
  cost_bill_read: {
    past: 'forgotten',
    scope: 'SELECT * FROM public.cost_bill_read WHERE subscription_id = ANY (:subscriptions)',
    retention: 'kept',
    erasure: 'kept',
  },
  // Every caller sees the inferred size of a GB. For a caller with limited access, the sums that prove it are removed,
  // because they cover all resources.
  cost_calibration: {
    past: 'forgotten',
    scope:
      'SELECT at, gb_bytes, NULL::numeric AS measured_bytes, NULL::numeric AS billed_gb FROM public.cost_calibration',
    retention: 'kept',
    erasure: 'kept',
  },
  price_sheet: { past: 'forgotten', scope: selectWholeTable('price_sheet'), retention: 'kept', erasure: 'kept' },
  price_check: { past: 'forgotten', scope: selectWholeTable('price_check'), retention: 'kept', erasure: 'kept' },
} satisfies DatabaseTableRegistrations
