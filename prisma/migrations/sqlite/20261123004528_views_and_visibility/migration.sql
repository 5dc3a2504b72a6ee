-- AlterTable
ALTER TABLE "repositories" ADD COLUMN "isPrivate" BOOLEAN;

-- CreateIndex
CREATE INDEX "imports_updatedAt_idx" ON "imports"("updatedAt");

-- What Katalyst reads (docs/shared-database.md). Same names, columns and values on both databases: instants are ISO 8601 text in UTC,
-- yes and no are 1 and 0, ids are text. A migration that rebuilds a table drops the views on it first and makes them again.
CREATE VIEW "katalyst_v1_repositories" AS SELECT
  CAST(r."id" AS TEXT) AS "id",
  r."fullName" AS "full_name",
  r."defaultBranch" AS "default_branch",
  CAST(r."archived" AS INTEGER) AS "archived",
  CAST(r."isPrivate" AS INTEGER) AS "is_private",
  r."headSha" AS "head_sha",
  strftime('%Y-%m-%dT%H:%M:%fZ', r."ingestedAt") AS "ingested_at",
  strftime('%Y-%m-%dT%H:%M:%fZ', r."deletedAt") AS "removed_at",
  strftime('%Y-%m-%dT%H:%M:%fZ', r."updatedAt") AS "updated_at"
FROM "repositories" AS r;

CREATE VIEW "katalyst_v1_imports" AS SELECT
  i."publicId" AS "id",
  i."provider" AS "provider",
  i."scope" AS "scope",
  i."repository" AS "repository",
  i."dimension" AS "dimension",
  i."state" AS "state",
  strftime('%Y-%m-%dT%H:%M:%fZ', i."windowFrom") AS "window_from",
  strftime('%Y-%m-%dT%H:%M:%fZ', i."windowTo") AS "window_to",
  json_extract(i."result", '$.explanation') AS "explanation",
  json(i."gaps") AS "gaps",
  CAST(i."requests" AS INTEGER) AS "requests",
  strftime('%Y-%m-%dT%H:%M:%fZ', i."createdAt") AS "created_at",
  strftime('%Y-%m-%dT%H:%M:%fZ', i."finishedAt") AS "finished_at",
  strftime('%Y-%m-%dT%H:%M:%fZ', i."updatedAt") AS "updated_at"
FROM "imports" AS i;

CREATE VIEW "katalyst_v1_dimension_scores" AS SELECT
  i."publicId" AS "import_id",
  i."provider" AS "provider",
  i."repository" AS "repository",
  d."dimension" AS "dimension",
  CAST(d."score" AS INTEGER) AS "score",
  CAST(100 AS INTEGER) AS "max",
  CAST(d."coverage" AS INTEGER) AS "coverage",
  CAST(NOT EXISTS (SELECT 1 FROM "dimension_scores" AS newer WHERE newer."importId" = d."importId" AND newer."dimension" = d."dimension" AND newer."at" > d."at") AS INTEGER) AS "is_latest",
  strftime('%Y-%m-%dT%H:%M:%fZ', d."at") AS "scored_at"
FROM "dimension_scores" AS d JOIN "imports" AS i ON i."id" = d."importId";

CREATE VIEW "katalyst_v1_subscores" AS SELECT
  i."publicId" AS "import_id",
  i."provider" AS "provider",
  i."repository" AS "repository",
  d."dimension" AS "dimension",
  s."name" AS "name",
  CAST(s."score" AS INTEGER) AS "score",
  CAST(25 AS INTEGER) AS "max",
  s."confidence" AS "confidence",
  json(s."evidence") AS "evidence",
  json(s."deductions") AS "deductions",
  json(s."gaps") AS "gaps",
  CAST(NOT EXISTS (SELECT 1 FROM "dimension_scores" AS newer WHERE newer."importId" = d."importId" AND newer."dimension" = d."dimension" AND newer."at" > d."at") AS INTEGER) AS "is_latest",
  strftime('%Y-%m-%dT%H:%M:%fZ', d."at") AS "scored_at"
FROM "subscores" AS s JOIN "dimension_scores" AS d ON d."id" = s."dimensionScoreId" JOIN "imports" AS i ON i."id" = d."importId";

CREATE VIEW "katalyst_v1_metrics" AS SELECT
  i."publicId" AS "import_id",
  i."provider" AS "provider",
  i."repository" AS "repository",
  i."dimension" AS "dimension",
  m."name" AS "name",
  json(m."value") AS "value",
  CAST(m."number" AS REAL) AS "number",
  m."reason" AS "reason",
  strftime('%Y-%m-%dT%H:%M:%fZ', i."updatedAt") AS "computed_at"
FROM "import_metrics" AS m JOIN "imports" AS i ON i."id" = m."importId";

CREATE VIEW "katalyst_v1_artifacts" AS SELECT
  a."scope" AS "scope",
  r."fullName" AS "repository",
  a."file" AS "file",
  a."artifactId" AS "artifact_id",
  a."kind" AS "kind",
  a."title" AS "title",
  a."status" AS "status",
  json(a."data") AS "data",
  json(a."problems") AS "problems",
  a."blobSha" AS "blob_sha",
  strftime('%Y-%m-%dT%H:%M:%fZ', a."changedAt") AS "changed_at",
  strftime('%Y-%m-%dT%H:%M:%fZ', a."updatedAt") AS "updated_at"
FROM "artifacts" AS a LEFT JOIN "repositories" AS r ON a."scope" = 'repository:' || CAST(r."id" AS TEXT)
WHERE a."removedAt" IS NULL AND a."kind" <> 'document';

CREATE VIEW "katalyst_v1_links" AS SELECT
  l."connectionId" AS "connection",
  l."scope" AS "scope",
  l."artifactId" AS "artifact_id",
  l."artifactKind" AS "artifact_kind",
  l."remoteKind" AS "remote_kind",
  l."remoteId" AS "remote_id",
  l."remoteKey" AS "remote_key",
  l."url" AS "url",
  strftime('%Y-%m-%dT%H:%M:%fZ', l."createdAt") AS "created_at",
  strftime('%Y-%m-%dT%H:%M:%fZ', l."updatedAt") AS "updated_at"
FROM "links" AS l;

CREATE VIEW "katalyst_v1_publications" AS SELECT
  p."provider" AS "provider",
  p."connectionId" AS "connection",
  p."scope" AS "scope",
  p."target" AS "target",
  p."contentType" AS "content_type",
  p."remoteId" AS "remote_id",
  p."title" AS "title",
  p."url" AS "url",
  p."version" AS "version",
  p."status" AS "status",
  strftime('%Y-%m-%dT%H:%M:%fZ', p."publishedAt") AS "published_at",
  strftime('%Y-%m-%dT%H:%M:%fZ', p."updatedAt") AS "updated_at"
FROM "publications" AS p;

CREATE VIEW "katalyst_v1_sync_runs" AS SELECT
  CAST(r."id" AS TEXT) AS "id",
  r."kind" AS "kind",
  r."connectionId" AS "connection",
  r."scope" AS "scope",
  r."state" AS "state",
  CAST(r."dryRun" AS INTEGER) AS "dry_run",
  json(r."counts") AS "counts",
  CAST(r."requests" AS INTEGER) AS "requests",
  CAST(r."done" AS INTEGER) AS "done",
  CAST(r."total" AS INTEGER) AS "total",
  strftime('%Y-%m-%dT%H:%M:%fZ', r."startedAt") AS "started_at",
  strftime('%Y-%m-%dT%H:%M:%fZ', r."progressAt") AS "progress_at",
  strftime('%Y-%m-%dT%H:%M:%fZ', r."finishedAt") AS "finished_at",
  r."errorCode" AS "error_code",
  r."error" AS "error"
FROM "runs" AS r;

CREATE VIEW "katalyst_v1_conflicts" AS SELECT
  CAST(c."id" AS TEXT) AS "id",
  c."connectionId" AS "connection",
  c."scope" AS "scope",
  c."artifactKind" AS "artifact_kind",
  c."artifactId" AS "artifact_id",
  c."remoteKey" AS "remote_key",
  c."url" AS "url",
  c."field" AS "field",
  c."fieldName" AS "field_name",
  json(c."base") AS "base",
  json(c."git") AS "git",
  json(c."remote") AS "remote",
  c."reason" AS "reason",
  c."keep" AS "kept",
  strftime('%Y-%m-%dT%H:%M:%fZ', c."createdAt") AS "created_at",
  strftime('%Y-%m-%dT%H:%M:%fZ', c."updatedAt") AS "updated_at",
  strftime('%Y-%m-%dT%H:%M:%fZ', c."resolvedAt") AS "resolved_at"
FROM "conflicts" AS c;
