import type { EscalationAnswer } from '#lib/notify/api/index.ts'
import type { Draft } from '../../schema-form/fields.ts'
import { Button } from '../../ui/button.tsx'
import { policyDraft, policyFields, policyWords, readPolicy, stepWords } from './escalation-draft.ts'
import { SchemaForm } from '../../schema-form/schema-form.tsx'
import { SettingsItemList } from '../settings-item-list.tsx'
import { useEditInPlace } from '../../ui/use-edit-in-place.ts'
import { useSaveEscalation } from './use-escalation.ts'

/** The policies: who is notified when nobody acknowledges. */
export function PoliciesPanel({ answer }: { answer: EscalationAnswer }) {
  const editing = useEditInPlace()
  const saving = useSaveEscalation()
  return (
    <SettingsItemList
      title="Escalation policies"
      note="each open incident that nobody acknowledges goes through the steps of every policy"
      one="policy"
      empty={{
        title: 'No policies yet',
        text: 'Without one, an incident that nobody acknowledges is only repeated to the channels that received it.',
      }}
      items={answer.policies}
      editing={editing}
      whenRemoved="Its steps are no longer taken for incidents that nobody acknowledges."
      onRemove={(id) => saving.mutateAsync({ list: 'policies', id, after: null })}
      error={editing.edited === null ? saving.error : null}
      formOf={(policy) => (
        <SchemaForm
          label={policy ? `Edit ${policy.name}` : 'New policy'}
          draft={policyDraft(policy)}
          fields={policyFields(answer)}
          read={(draft: Draft) => readPolicy(draft, policy)}
          saving={saving}
          onSave={(after, done) =>
            saving.mutate({ list: 'policies', id: policy?.id ?? null, after }, { onSuccess: done })
          }
          onDone={editing.close}
        />
      )}
      actionsOf={(policy) => (
        <Button
          className="min-w-18"
          disabled={saving.isPending}
          aria-label={`Turn ${policy.enabled ? 'off' : 'on'} ${policy.name}`}
          onClick={() =>
            saving.mutate({ list: 'policies', id: policy.id, after: { ...policy, enabled: !policy.enabled } })
          }
        >
          Turn {policy.enabled ? 'off' : 'on'}
        </Button>
      )}
    >
      {(policy) => (
        <div className="text-xs text-ink-2">
          <p className="text-ink-3">{policyWords(policy)}</p>
          <ol className="list-decimal pl-4 break-words">
            {stepWords(policy, answer).map(({ words, fault }, index) => (
              // the index is the step
              <li key={index}>
                {words}
                {fault && <span className="text-down"> ({fault})</span>}
              </li>
            ))}
          </ol>
        </div>
      )}
    </SettingsItemList>
  )
}
