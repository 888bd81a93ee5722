-- What a person says of a field stands in the asset's row, so that lists, search, map and risk show it; what was heard is kept
-- beside the person's word.
ALTER TABLE asset_overrides ADD COLUMN IF NOT EXISTS heard TEXT NOT NULL DEFAULT '';
UPDATE asset_overrides SET heard = (SELECT name FROM assets WHERE id = asset) WHERE field = 'name';
UPDATE assets SET name = (SELECT value FROM asset_overrides WHERE asset = assets.id AND field = 'name')
    WHERE id IN (SELECT asset FROM asset_overrides WHERE field = 'name');
UPDATE asset_overrides SET heard = (SELECT kind FROM assets WHERE id = asset) WHERE field = 'kind';
UPDATE assets SET kind = (SELECT value FROM asset_overrides WHERE asset = assets.id AND field = 'kind')
    WHERE id IN (SELECT asset FROM asset_overrides WHERE field = 'kind');
UPDATE asset_overrides SET heard = (SELECT role FROM assets WHERE id = asset) WHERE field = 'role';
UPDATE assets SET role = (SELECT value FROM asset_overrides WHERE asset = assets.id AND field = 'role')
    WHERE id IN (SELECT asset FROM asset_overrides WHERE field = 'role');
UPDATE asset_overrides SET heard = (SELECT level FROM assets WHERE id = asset) WHERE field = 'level';
UPDATE assets SET level = (SELECT value FROM asset_overrides WHERE asset = assets.id AND field = 'level')
    WHERE id IN (SELECT asset FROM asset_overrides WHERE field = 'level');
UPDATE asset_overrides SET heard = (SELECT vendor FROM assets WHERE id = asset) WHERE field = 'vendor';
UPDATE assets SET vendor = (SELECT value FROM asset_overrides WHERE asset = assets.id AND field = 'vendor')
    WHERE id IN (SELECT asset FROM asset_overrides WHERE field = 'vendor');
UPDATE asset_overrides SET heard = (SELECT model FROM assets WHERE id = asset) WHERE field = 'model';
UPDATE assets SET model = (SELECT value FROM asset_overrides WHERE asset = assets.id AND field = 'model')
    WHERE id IN (SELECT asset FROM asset_overrides WHERE field = 'model');
UPDATE asset_overrides SET heard = (SELECT order_number FROM assets WHERE id = asset) WHERE field = 'order_number';
UPDATE assets SET order_number = (SELECT value FROM asset_overrides WHERE asset = assets.id AND field = 'order_number')
    WHERE id IN (SELECT asset FROM asset_overrides WHERE field = 'order_number');
UPDATE asset_overrides SET heard = (SELECT firmware FROM assets WHERE id = asset) WHERE field = 'firmware';
UPDATE assets SET firmware = (SELECT value FROM asset_overrides WHERE asset = assets.id AND field = 'firmware')
    WHERE id IN (SELECT asset FROM asset_overrides WHERE field = 'firmware');
UPDATE asset_overrides SET heard = (SELECT hardware FROM assets WHERE id = asset) WHERE field = 'hardware';
UPDATE assets SET hardware = (SELECT value FROM asset_overrides WHERE asset = assets.id AND field = 'hardware')
    WHERE id IN (SELECT asset FROM asset_overrides WHERE field = 'hardware');
UPDATE asset_overrides SET heard = (SELECT serial FROM assets WHERE id = asset) WHERE field = 'serial';
UPDATE assets SET serial = (SELECT value FROM asset_overrides WHERE asset = assets.id AND field = 'serial')
    WHERE id IN (SELECT asset FROM asset_overrides WHERE field = 'serial');
UPDATE asset_overrides SET heard = (SELECT os FROM assets WHERE id = asset) WHERE field = 'os';
UPDATE assets SET os = (SELECT value FROM asset_overrides WHERE asset = assets.id AND field = 'os')
    WHERE id IN (SELECT asset FROM asset_overrides WHERE field = 'os');
