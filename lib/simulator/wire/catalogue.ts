/** What Azure offers, as far as the built-in scenarios name it. */
export const PROVIDERS = [
  'AT&T Netbond',
  'British Telecom',
  'Colt',
  'Equinix',
  'Liquid Telecom',
  'Megaport',
  'Orange',
] as const
export const PEERING_LOCATIONS = ['Amsterdam', 'Dublin', 'Johannesburg', 'London', 'London2', 'Washington DC'] as const
