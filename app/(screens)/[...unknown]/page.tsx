import { notFound } from 'next/navigation'

/** An address that nothing answers is said so inside the shell. */
export default function Page(): never {
  notFound()
}
