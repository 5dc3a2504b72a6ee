-- CreateTable
CREATE TABLE "roadmap_items" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "source" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "externalId" TEXT NOT NULL,
    "contentId" TEXT,
    "key" TEXT NOT NULL,
    "url" TEXT,
    "artifactId" TEXT NOT NULL,
    "base" JSONB NOT NULL,
    "proposed" JSONB NOT NULL,
    "change" JSONB,
    "isGone" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "artifact_numbers" (
    "scope" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "last" INTEGER NOT NULL,
    "updatedAt" DATETIME NOT NULL,

    PRIMARY KEY ("scope", "kind")
);

-- CreateIndex
CREATE UNIQUE INDEX "roadmap_items_source_scope_externalId_key" ON "roadmap_items"("source", "scope", "externalId");

-- CreateIndex
CREATE UNIQUE INDEX "roadmap_items_scope_artifactId_key" ON "roadmap_items"("scope", "artifactId");
