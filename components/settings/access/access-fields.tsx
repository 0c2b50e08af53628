import { ROLE_NAMES, ROLES } from '#lib/contract/index.ts'
import { SelectField, TextField } from '../../ui/field.tsx'

const CHOICES = ROLE_NAMES.map((value) => ({ value, label: ROLES[value].name }))

/**
 * Select field for a role.
 * @param more options before the roles, such as `None`
 */
export function RoleField({
  more = [],
  ...props
}: {
  more?: { value: string; label: string }[]
  defaultValue?: string
  className?: string
}) {
  return <SelectField label="Role" name="role" options={[...more, ...CHOICES]} {...props} />
}

export function AccessScopeField(props: { defaultValue?: string; className?: string }) {
  return (
    <TextField
      label="Scope"
      hint="subscription:<id> or customer:<name>, separated by commas. Empty: everything."
      name="scopes"
      placeholder="everything"
      {...props}
    />
  )
}
