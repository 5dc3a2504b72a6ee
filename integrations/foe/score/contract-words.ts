/**
 * How names of checks and suites that test contracts between programs give themselves away: by the practice (contract, consumer
 * driven, schema, compatibility) or by the tools known for it.
 */
export const CONTRACT_WORDS =
  /\b(contracts?|consumer|provider|pact|openapi|swagger|asyncapi|schemas?|spectral|schemathesis|dredd|prism|protobuf|buf|avro|compat(?:ibility)?|breaking[- ]changes?|api[- ]?(?:spec|lint|diff|compat))\b/i
