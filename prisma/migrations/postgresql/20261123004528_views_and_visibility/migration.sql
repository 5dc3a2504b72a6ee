-- AlterTable
ALTER TABLE "repositories" ADD COLUMN     "isPrivate" BOOLEAN;

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
  to_char(r."ingestedAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "ingested_at",
  to_char(r."deletedAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "removed_at",
  to_char(r."updatedAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "updated_at"
FROM "repositories" AS r;

CREATE VIEW "katalyst_v1_imports" AS SELECT
  i."publicId" AS "id",
  i."provider" AS "provider",
  i."scope" AS "scope",
  i."repository" AS "repository",
  i."dimension" AS "dimension",
  i."state" AS "state",
  to_char(i."windowFrom", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "window_from",
  to_char(i."windowTo", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "window_to",
  i."result" ->> 'explanation' AS "explanation",
  i."gaps" AS "gaps",
  CAST(i."requests" AS INTEGER) AS "requests",
  to_char(i."createdAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "created_at",
  to_char(i."finishedAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "finished_at",
  to_char(i."updatedAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "updated_at"
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
  to_char(d."at", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "scored_at"
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
  s."evidence" AS "evidence",
  s."deductions" AS "deductions",
  s."gaps" AS "gaps",
  CAST(NOT EXISTS (SELECT 1 FROM "dimension_scores" AS newer WHERE newer."importId" = d."importId" AND newer."dimension" = d."dimension" AND newer."at" > d."at") AS INTEGER) AS "is_latest",
  to_char(d."at", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "scored_at"
FROM "subscores" AS s JOIN "dimension_scores" AS d ON d."id" = s."dimensionScoreId" JOIN "imports" AS i ON i."id" = d."importId";

CREATE VIEW "katalyst_v1_metrics" AS SELECT
  i."publicId" AS "import_id",
  i."provider" AS "provider",
  i."repository" AS "repository",
  i."dimension" AS "dimension",
  m."name" AS "name",
  CAST(m."value" AS JSONB) AS "value",
  CAST(m."number" AS DOUBLE PRECISION) AS "number",
  m."reason" AS "reason",
  to_char(i."updatedAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "computed_at"
FROM "import_metrics" AS m JOIN "imports" AS i ON i."id" = m."importId";

CREATE VIEW "katalyst_v1_artifacts" AS SELECT
  a."scope" AS "scope",
  r."fullName" AS "repository",
  a."file" AS "file",
  a."artifactId" AS "artifact_id",
  a."kind" AS "kind",
  a."title" AS "title",
  a."status" AS "status",
  a."data" AS "data",
  a."problems" AS "problems",
  a."blobSha" AS "blob_sha",
  to_char(a."changedAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "changed_at",
  to_char(a."updatedAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "updated_at"
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
  to_char(l."createdAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "created_at",
  to_char(l."updatedAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "updated_at"
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
  to_char(p."publishedAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "published_at",
  to_char(p."updatedAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "updated_at"
FROM "publications" AS p;

CREATE VIEW "katalyst_v1_sync_runs" AS SELECT
  CAST(r."id" AS TEXT) AS "id",
  r."kind" AS "kind",
  r."connectionId" AS "connection",
  r."scope" AS "scope",
  r."state" AS "state",
  CAST(r."dryRun" AS INTEGER) AS "dry_run",
  r."counts" AS "counts",
  CAST(r."requests" AS INTEGER) AS "requests",
  CAST(r."done" AS INTEGER) AS "done",
  CAST(r."total" AS INTEGER) AS "total",
  to_char(r."startedAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "started_at",
  to_char(r."progressAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "progress_at",
  to_char(r."finishedAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "finished_at",
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
  c."base" AS "base",
  c."git" AS "git",
  c."remote" AS "remote",
  c."reason" AS "reason",
  c."keep" AS "kept",
  to_char(c."createdAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "created_at",
  to_char(c."updatedAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "updated_at",
  to_char(c."resolvedAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "resolved_at"
FROM "conflicts" AS c;
