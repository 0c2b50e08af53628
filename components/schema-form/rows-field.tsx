import PlusIcon from 'lucide-react/icons/plus'
import TrashIcon from 'lucide-react/icons/trash-2'
import { type ReactNode, useId } from 'react'
import { type Control, get, useFieldArray, useFormState } from 'react-hook-form'
import { Button, IconButton } from '../ui/button.tsx'
import {
  type FormDraft,
  type DraftRow,
  createInitialDraftRow,
  type RowsFormField as Rows,
  type SingleFormField,
} from './form-fields.ts'

/**
 * Editor for a field that contains rows. The user can remove each row and add a row.
 * @param children renders a field of a row; the name of the field is its path in the form values
 */
export function RowsEditor<Body>({
  field: { name, label, one, parts, hint, most },
  control,
  children,
}: {
  field: Rows
  control: Control<FormDraft, unknown, Body>
  children: (part: SingleFormField) => ReactNode
}) {
  // the cast is safe, because the form values contain rows at the names of these fields
  const rows = useFieldArray({ control: control as unknown as Control<Record<string, DraftRow[]>>, name })
  const fault = useFaultOf(control, name)
  const [hintId, faultId] = [useId(), useId()]
  return (
    <fieldset
      aria-describedby={[hint && hintId, fault && faultId].filter(Boolean).join(' ') || undefined}
      className="flex min-w-0 flex-col gap-2 sm:col-span-2"
    >
      <legend className="mb-1 text-xs font-medium text-ink-3">{label}</legend>
      {hint && (
        <p id={hintId} className="text-xs text-ink-3">
          {hint}
        </p>
      )}
      {rows.fields.length > 0 && (
        <ol className="flex flex-col divide-y rounded-md border bg-surface">
          {rows.fields.map(({ id }, index) => (
            <li key={id} aria-label={`${one} ${index + 1}`} className="flex items-start gap-2 px-2.5 py-2">
              <div className="flex min-w-0 flex-1 flex-wrap gap-x-4 gap-y-2">
                {parts.map((part) => (
                  <div key={part.name} className={part.wide ? 'min-w-0 flex-[1_1_20rem]' : 'w-40 min-w-0'}>
                    {children({ ...part, name: `${name}.${index}.${part.name}` })}
                  </div>
                ))}
              </div>
              <IconButton label={`Remove ${one.toLowerCase()} ${index + 1}`} onClick={() => rows.remove(index)}>
                <TrashIcon aria-hidden />
              </IconButton>
            </li>
          ))}
        </ol>
      )}
      {fault && (
        <p id={faultId} className="text-xs font-medium text-down">
          {fault}
        </p>
      )}
      <div>
        <Button disabled={rows.fields.length >= most} onClick={() => rows.append(createInitialDraftRow(parts))}>
          <PlusIcon aria-hidden />
          Add {one.toLowerCase()}
        </Button>
      </div>
    </fieldset>
  )
}

/**
 * Returns the error text of a list of rows as a whole. Returns null if the list is valid, or if the error belongs to a
 * single field.
 */
function useFaultOf<Body>(control: Control<FormDraft, unknown, Body>, name: string): string | null {
  const { errors } = useFormState({ control, name })
  const { message } = (get(errors, name) ?? {}) as { message?: unknown }
  return typeof message === 'string' ? message : null
}
