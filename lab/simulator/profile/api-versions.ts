/**
 * Versions of Microsoft.Network in a cloud. Government and China lag by months and refuse newer versions with 400
 * `NoRegisteredProviderFound` and this list: Azure/azure-powershell 27549 (usgovvirginia),
 * hashicorp/terraform-provider-azurerm 13018 and 32402, Azure/azure-cli 31916. [O] The lists date from these issues,
 * and are shortened at their beginning.
 */
const UP_TO_2022 = ['2020-11-01', '2021-02-01', '2021-03-01', '2021-05-01', '2021-08-01', '2022-01-01', '2022-05-01']
const GOVERNMENT = [
  ...UP_TO_2022,
  '2022-07-01',
  '2022-09-01',
  '2022-11-01',
  '2023-02-01',
  '2023-04-01',
  '2023-05-01',
  '2023-06-01',
  '2023-09-01',
  '2023-11-01',
  '2024-01-01',
  '2024-03-01',
]

export type AzureCloudName = 'public' | 'government' | 'china'

/** Supported versions by cloud; null = any version. */
export const NETWORK_VERSIONS: Readonly<Record<AzureCloudName, readonly string[] | null>> = {
  public: null,
  government: GOVERNMENT,
  china: GOVERNMENT.slice(0, GOVERNMENT.indexOf('2023-09-01') + 1),
}
