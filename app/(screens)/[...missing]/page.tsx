import { notFound } from 'next/navigation'

/** An address that no page has: said in the frame of the screens, with its navigation and search. */
export default function Page() {
  notFound()
}
