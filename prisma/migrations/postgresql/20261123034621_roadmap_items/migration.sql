-- CreateTable
CREATE TABLE "roadmap_items" (
    "id" SERIAL NOT NULL,
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
    "createdAt" TIMESTAMP(3) NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "roadmap_items_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "artifact_numbers" (
    "scope" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "last" INTEGER NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "artifact_numbers_pkey" PRIMARY KEY ("scope","kind")
);

-- CreateIndex
CREATE UNIQUE INDEX "roadmap_items_source_scope_externalId_key" ON "roadmap_items"("source", "scope", "externalId");

-- CreateIndex
CREATE UNIQUE INDEX "roadmap_items_scope_artifactId_key" ON "roadmap_items"("scope", "artifactId");
