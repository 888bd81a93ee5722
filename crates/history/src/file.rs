//! Rows to Parquet and back.

use crate::cell::{Cell, Class};
use crate::row::{Kind, RowOf};
use arrow_array::builder::{BooleanBuilder, Float64Builder, Int64Builder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use std::borrow::Cow;
use std::sync::Arc;

/// Rows of a row group: the least that is read. A busy plant's hour has a handful.
pub(crate) const GROUP_ROWS: usize = 4096;
/// Columns by whose least and greatest value row groups are skipped.
const RANGED: [&str; 6] = ["time", "last", "site", "protocol", "verb", "rule"];
/// Columns with a Bloom filter: who is in a row group at all. Random ids fill every range, so the least and the
/// greatest say nothing of them.
pub(crate) const BLOOMED: [&str; 6] =
    ["client_asset", "server_asset", "client_ip", "server_ip", "asset", "ip"];
/// A smaller file is one small group, quicker read than asked.
const BLOOM_ROWS: usize = 1024;
/// Different machines a filter is made for; with more it says yes more often.
const BLOOM_VALUES: u64 = 64;
const BLOOM_ERROR: f64 = 0.02;

/// Rows, sorted here by site and time, as one Parquet file.
pub(crate) fn encode(kind: Kind, mut rows: Vec<RowOf>) -> Result<Vec<u8>, ParquetError> {
    rows.sort_by_key(|row| (row.site(), row.time(), row.row()));
    let schema = Arc::new(schema(kind));
    let options = ArrowWriterOptions::new()
        .with_properties(properties(kind, rows.len())?)
        .with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(Vec::new(), Arc::clone(&schema), options)?;
    for rows in rows.chunks(GROUP_ROWS) {
        writer.write(&batch(kind, &schema, rows)?)?;
    }
    writer.into_inner()
}

fn schema(kind: Kind) -> Schema {
    let fields = kind.columns().iter().map(|column| {
        let class = match column.class {
            Class::Int => DataType::Int64,
            Class::Float => DataType::Float64,
            Class::Bool => DataType::Boolean,
            Class::Text => DataType::Utf8,
        };
        Field::new(column.name, class, column.nullable)
    });
    Schema::new(fields.collect::<Vec<_>>())
}

fn properties(kind: Kind, rows: usize) -> Result<WriterProperties, ParquetError> {
    let sorting = ["site", "time"].map(|name| SortingColumn {
        column_idx: kind.column(name).and_then(|place| i32::try_from(place).ok()).unwrap_or_default(),
        descending: false,
        nulls_first: false,
    });
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .set_sorting_columns(Some(sorting.to_vec()));
    for column in kind.columns() {
        let path = ColumnPath::from(column.name);
        if RANGED.contains(&column.name) {
            properties = properties.set_column_statistics_enabled(path.clone(), EnabledStatistics::Chunk);
        }
        // Moments and running numbers never repeat: their differences are small, their dictionary would be large.
        if ["row", "time", "last"].contains(&column.name) {
            properties = properties
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path.clone(), Encoding::DELTA_BINARY_PACKED);
        }
        if rows >= BLOOM_ROWS && BLOOMED.contains(&column.name) {
            properties = properties
                .set_column_bloom_filter_enabled(path.clone(), true)
                .set_column_bloom_filter_fpp(path.clone(), BLOOM_ERROR)
                .set_column_bloom_filter_max_ndv(path, BLOOM_VALUES);
        }
    }
    Ok(properties.build())
}

enum Builder {
    Int(Int64Builder),
    Float(Float64Builder),
    Bool(BooleanBuilder),
    Text(StringBuilder),
}

impl Builder {
    fn new(class: Class) -> Self {
        match class {
            Class::Int => Self::Int(Int64Builder::new()),
            Class::Float => Self::Float(Float64Builder::new()),
            Class::Bool => Self::Bool(BooleanBuilder::new()),
            Class::Text => Self::Text(StringBuilder::new()),
        }
    }

    /// A cell of another class cannot come: both follow from the type of the field.
    fn append(&mut self, cell: &Cell<'_>) {
        match (self, cell) {
            (Self::Int(builder), Cell::Int(int)) => builder.append_value(*int),
            (Self::Int(builder), _) => builder.append_null(),
            (Self::Float(builder), Cell::Float(float)) => builder.append_value(*float),
            (Self::Float(builder), _) => builder.append_null(),
            (Self::Bool(builder), Cell::Bool(flag)) => builder.append_value(*flag),
            (Self::Bool(builder), _) => builder.append_null(),
            (Self::Text(builder), Cell::Text(text)) => builder.append_value(text),
            (Self::Text(builder), _) => builder.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Int(builder) => Arc::new(builder.finish()),
            Self::Float(builder) => Arc::new(builder.finish()),
            Self::Bool(builder) => Arc::new(builder.finish()),
            Self::Text(builder) => Arc::new(builder.finish()),
        }
    }
}

fn batch(kind: Kind, schema: &Arc<Schema>, rows: &[RowOf]) -> Result<RecordBatch, ParquetError> {
    let mut builders: Vec<Builder> = kind.columns().iter().map(|column| Builder::new(column.class)).collect();
    for row in rows {
        for (builder, cell) in builders.iter_mut().zip(row.cells()) {
            builder.append(&cell);
        }
    }
    let arrays = builders.iter_mut().map(Builder::finish).collect();
    Ok(RecordBatch::try_new(Arc::clone(schema), arrays)?)
}

/// A column of a batch, its type known.
pub(crate) enum Array1<'a> {
    Int(&'a Int64Array),
    Float(&'a Float64Array),
    Bool(&'a BooleanArray),
    Text(&'a StringArray),
    /// The file does not have it.
    Absent,
}

impl<'a> Array1<'a> {
    /// `None` when the file's type is not ours.
    pub(crate) fn new(array: &'a ArrayRef) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Int64 => Self::Int(array.as_primitive_opt::<Int64Type>()?),
            DataType::Float64 => Self::Float(array.as_primitive_opt::<Float64Type>()?),
            DataType::Boolean => Self::Bool(array.as_boolean_opt()?),
            DataType::Utf8 => Self::Text(array.as_string_opt::<i32>()?),
            _ => return None,
        })
    }

    pub(crate) fn cell(&self, row: usize) -> Cell<'a> {
        match self {
            Self::Int(array) if array.is_valid(row) => Cell::Int(array.value(row)),
            Self::Float(array) if array.is_valid(row) => Cell::Float(array.value(row)),
            Self::Bool(array) if array.is_valid(row) => Cell::Bool(array.value(row)),
            Self::Text(array) if array.is_valid(row) => Cell::Text(Cow::Borrowed(array.value(row))),
            _ => Cell::Null,
        }
    }
}

/// The columns of a batch in the order of the kind's columns.
pub(crate) fn columns(kind: Kind, batch: &RecordBatch) -> Option<Vec<Array1<'_>>> {
    let column = |name| batch.column_by_name(name).map_or(Some(Array1::Absent), Array1::new);
    kind.columns().iter().map(|wanted| column(wanted.name)).collect()
}

/// The rows of a batch; `None` when a cell cannot be what its column says.
pub(crate) fn decode(kind: Kind, batch: &RecordBatch) -> Option<Vec<RowOf>> {
    let columns = columns(kind, batch)?;
    let row = |row| RowOf::from_cells(kind, columns.iter().map(|column| column.cell(row)));
    (0..batch.num_rows()).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::DetectionRow;
    use facts::id::SiteId;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    #[test]
    fn a_file_is_sorted_by_site_and_time_and_says_so() {
        let row = |number: u64| {
            let site = SiteId(uuid::Uuid::from_u128(u128::from(number % 3)));
            let time = i64::try_from(number.wrapping_mul(2_654_435_761) % 3_600).expect("small");
            let (rule, severity) = ("r".into(), "low".into());
            let [assets, flow, evidence, text] = [const { String::new() }; 4];
            RowOf::Detection(DetectionRow {
                row: number,
                site,
                time,
                last: time,
                count: 1,
                rule,
                severity,
                assets,
                flow,
                evidence,
                text,
            })
        };
        let file = encode(Kind::Detections, (0..10_000).map(row).collect()).expect("a file");
        let builder = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(file)).expect("Parquet");
        let groups = builder.metadata().row_groups();
        let lens: Vec<i64> = groups.iter().map(|group| group.num_rows()).collect();
        assert_eq!(lens, [4096, 4096, 1808]);
        let sorting = groups[0].sorting_columns().expect("told");
        assert_eq!(sorting.iter().map(|column| column.column_idx).collect::<Vec<_>>(), [1, 2]);
        let rows: Vec<RowOf> = builder
            .build()
            .expect("a reader")
            .flat_map(|batch| decode(Kind::Detections, &batch.expect("a batch")).expect("rows"))
            .collect();
        assert_eq!(rows.len(), 10_000);
        assert!(rows.is_sorted_by_key(|row| (row.site(), row.time(), row.row())));
    }
}
