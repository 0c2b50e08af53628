import type { Role } from '#lib/contract/index.ts'
import { SelectField, TextField } from '../../ui/field.tsx'

const ROLES: { value: Role; label: string }[] = [
  { value: 'viewer', label: 'Viewer' },
  { value: 'operator', label: 'Operator' },
  { value: 'cost', label: 'Cost' },
  { value: 'admin', label: 'Admin' },
]

/** @param more choices before the roles, such as none */
export function RoleField({
  more = [],
  ...props
}: {
  more?: { value: string; label: string }[]
  defaultValue?: string
  className?: string
}) {
  return <SelectField label="Role" name="role" options={[...more, ...ROLES]} {...props} />
}

export function ScopeField(props: { defaultValue?: string; className?: string }) {
  return (
    <TextField
      label="Scope: subscription:<id> or customer:<name>, separated by commas; empty is everything"
      name="scopes"
      placeholder="everything"
      {...props}
    />
  )
}
