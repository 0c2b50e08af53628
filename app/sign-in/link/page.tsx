import { BarePage } from '#components/access/bare-page.tsx'
import { LinkForm } from '#components/access/link-form.tsx'
import { MIN_PASSWORD_LENGTH } from '#lib/access/index.ts'

export const metadata = { title: 'Choose a password' }

export default function Page() {
  return (
    <BarePage title="Choose a password">
      <LinkForm minLength={MIN_PASSWORD_LENGTH} />
    </BarePage>
  )
}
