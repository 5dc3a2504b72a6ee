-- CreateTable
CREATE TABLE "dimension_scores" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "importId" INTEGER NOT NULL,
    "dimension" TEXT NOT NULL,
    "score" INTEGER NOT NULL,
    "coverage" INTEGER NOT NULL,
    "at" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "subscores" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "dimensionScoreId" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "score" INTEGER NOT NULL,
    "confidence" TEXT NOT NULL,
    "evidence" JSONB NOT NULL,
    "deductions" JSONB NOT NULL,
    "gaps" JSONB NOT NULL,
    CONSTRAINT "subscores_dimensionScoreId_fkey" FOREIGN KEY ("dimensionScoreId") REFERENCES "dimension_scores" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "reports" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "publicId" TEXT NOT NULL,
    "repositoryKey" TEXT NOT NULL,
    "repository" TEXT NOT NULL,
    "repositoryUrl" TEXT NOT NULL,
    "imports" JSONB NOT NULL,
    "body" JSONB NOT NULL,
    "scores" JSONB NOT NULL,
    "overall" INTEGER NOT NULL,
    "maturity" TEXT NOT NULL,
    "feedback" INTEGER NOT NULL,
    "understanding" INTEGER NOT NULL,
    "confidence" INTEGER NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "handedOverAt" DATETIME
);

-- CreateTable
CREATE TABLE "evidence_scopes" (
    "repositoryKey" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "updatedAt" DATETIME NOT NULL,

    PRIMARY KEY ("repositoryKey", "provider", "scope")
);

-- CreateTable
CREATE TABLE "publications" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "provider" TEXT NOT NULL,
    "connectionId" TEXT,
    "scope" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "contentType" TEXT NOT NULL,
    "remoteId" TEXT,
    "title" TEXT,
    "url" TEXT,
    "version" TEXT,
    "status" TEXT NOT NULL,
    "contentHash" TEXT,
    "publishedAt" DATETIME,
    "updatedAt" DATETIME NOT NULL
);

-- CreateIndex
CREATE INDEX "dimension_scores_dimension_at_idx" ON "dimension_scores"("dimension", "at");

-- CreateIndex
CREATE UNIQUE INDEX "dimension_scores_importId_dimension_at_key" ON "dimension_scores"("importId", "dimension", "at");

-- CreateIndex
CREATE UNIQUE INDEX "subscores_dimensionScoreId_name_key" ON "subscores"("dimensionScoreId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "reports_publicId_key" ON "reports"("publicId");

-- CreateIndex
CREATE INDEX "reports_repositoryKey_id_idx" ON "reports"("repositoryKey", "id");

-- CreateIndex
CREATE INDEX "evidence_scopes_scope_idx" ON "evidence_scopes"("scope");

-- CreateIndex
CREATE UNIQUE INDEX "publications_provider_scope_target_contentType_key" ON "publications"("provider", "scope", "target", "contentType");
