-- AlterTable
ALTER TABLE "artifacts" ADD COLUMN "changedAt" DATETIME;

-- CreateTable
CREATE TABLE "conflicts" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "linkId" INTEGER NOT NULL,
    "connectionId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "artifactKind" TEXT NOT NULL,
    "artifactId" TEXT NOT NULL,
    "remoteKey" TEXT,
    "url" TEXT,
    "field" TEXT NOT NULL,
    "fieldName" TEXT NOT NULL,
    "base" JSONB NOT NULL,
    "git" JSONB NOT NULL,
    "remote" JSONB NOT NULL,
    "reason" TEXT NOT NULL,
    "runId" INTEGER,
    "openKey" TEXT,
    "keep" TEXT,
    "resolvedBy" TEXT,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL,
    "resolvedAt" DATETIME
);

-- AlterTable
ALTER TABLE "links" ADD COLUMN "revision" INTEGER NOT NULL DEFAULT 0;

-- CreateIndex
CREATE UNIQUE INDEX "conflicts_openKey_key" ON "conflicts"("openKey");

-- CreateIndex
CREATE INDEX "conflicts_linkId_field_idx" ON "conflicts"("linkId", "field");

-- CreateIndex
CREATE INDEX "conflicts_resolvedAt_idx" ON "conflicts"("resolvedAt");
